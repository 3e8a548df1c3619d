"""The section for a user's own model and pictures. Imports no torch."""

from __future__ import annotations

from pydantic import Field, model_validator

from vitatlas.config.strict import WithoutDefaults
from vitatlas.features.config.visualise import Finite
from vitatlas.features.maps.spec import UnitsOfLayer
from vitatlas.images.brought.data_set import Name

SIDE = 64
"""Pixels of the pictures that the key `weight` is said for."""


class Own(WithoutDefaults):
    """The things that some units of one model respond to, in pictures of one data set and in pictures that are made."""

    data: Name = Field(description="data set, by its name in the section `data`")
    model: str = Field(description="encoder, by its name in the zoo")
    run: int = Field(default=0, ge=0, description="which pretraining, of a model that the workflow pretrains")
    pictures: int | None = Field(default=None, gt=0, description="how many pictures, drawn at random; null: all")
    layers: int = Field(
        default=6,
        ge=0,
        description="layers that are shown, evenly spaced from the first to the last; 0: only the units in `shown`",
    )
    units: int = Field(default=12, gt=0, description="units of each: the first ones, so that nobody chooses")
    shown: list[UnitsOfLayer] = Field(default=[], description="units that are shown besides, by `layer` and `units`")
    steps: int = Field(default=120, gt=0, description="steps of Adam per visualisation; the paper takes 400")
    copies: int = Field(default=4, gt=0, description="augmented copies per step; the paper takes 8")
    weight: Finite = Field(
        default=0.018,
        description="weight of total variation per standard deviation of the unit's scores, for visualisations of "
        f"{SIDE} pixels; the model's own side counts in proportion",
    )
    top: int = Field(default=5, gt=0, description="top pictures of a unit; there must be as many")

    @model_validator(mode="after")
    def _shows_something(self) -> Own:
        if not self.layers and not self.shown:
            raise ValueError("with `layers: 0` there is nothing to show: name units in `shown`")
        return self

    def weight_at(self, side: int) -> float:
        """The weight for visualisations of a side in pixels."""
        return self.weight * side / SIDE
