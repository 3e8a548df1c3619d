"""The sections for maps of units, and for turned and shifted pictures. Imports no torch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel, ModelName
from vitatlas.config.runs import require_default
from vitatlas.config.strict import WithoutDefaults
from vitatlas.features.maps.spec import By, SelectiveFor, UnitsOfLayer

Shift = Annotated[int, Field(ge=0)]


class Maps(WithoutDefaults):
    """Maps of units on pictures, and how local they are (sections 4 and F of the paper)."""

    shown: dict[ModelName, list[UnitsOfLayer]] = Field(
        default={}, description="units that are mapped whatever is drawn, by model"
    )
    units: int = Field(
        default=48,
        gt=0,
        description="units per layer, drawn at random of those that are ever active; up to as many again of either "
        "kind below",
    )
    kept: int = Field(default=4, ge=0, description="of so many of each kind and layer, maps and pictures are kept")
    top: int = Field(
        default=5,
        gt=0,
        description="top pictures of a unit, of one object each where the set tells; at most as many as scores keep",
    )
    by: list[By] = Field(
        default=["mean", "maximum"], min_length=1, description="scores that top pictures are chosen by"
    )
    random: int = Field(default=16, gt=0, description="random pictures, the same for all units")
    shifts: list[tuple[Shift, Shift]] = Field(
        default=[(0, 1), (1, 0)],
        description="rolls after which maps are compared, down and to the right, in patches of the coarsest layer",
    )
    of_object: SelectiveFor = Field(
        default=SelectiveFor(attributes=["category", "color", "pattern"], least=0.8),
        description="units that ought to be active on the object",
    )
    of_place: SelectiveFor = Field(
        default=SelectiveFor(attributes=["location"], least=0.9),
        description="units that ought to be active off the object",
    )
    batch: int = Field(default=50, gt=0, description="pictures at a time")

    def shown_of(self, model: str) -> list[UnitsOfLayer]:
        """The units of a model that are mapped whatever is drawn."""
        return self.shown.get(model, [])


class Moved(WithoutDefaults):
    """Turned and shifted pictures (figures 12 to 15, as we read them)."""

    step: ByModel[Annotated[int, Field(gt=0)]] = Field(
        default={"default": 4},
        description="pixels of a shift; pictures are shifted by 0 to 3 steps. `default`, or others under a model's "
        "name: 4 at 384 pixels, 2 at 64",
    )
    units: int = Field(default=64, gt=1, description="units per layer, drawn at random; of narrower layers all")
    batch: int = Field(default=136, gt=0, description="copies at a time; a picture has 34")

    @model_validator(mode="after")
    def _complete(self) -> Moved:
        require_default("step", self.step)
        return self

    def step_of(self, model: str) -> int:
        """The step of a model."""
        return self.step.get(model, self.step["default"])
