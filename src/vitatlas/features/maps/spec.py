"""The spec of the job that maps units. Imports no torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

By = Literal["mean", "maximum"]
"""How patches make a score: the two ways in which top pictures are chosen."""


class UnitsOfLayer(Strict):
    """Some units of a layer."""

    layer: int = Field(ge=0, description="number of the layer in forward order, from 0")
    units: list[Annotated[int, Field(ge=0)]] = Field(min_length=1, description="numbers of the units within it")


class SelectiveFor(Strict):
    """Units that are selective for a value of one of these attributes."""

    attributes: list[str] = Field(min_length=1, description="attributes of the picture world")
    least: float = Field(gt=0.5, le=1, description="the area under the ROC curve that a unit needs")


class MapsSpec(Strict):
    """Maps of one encoder's units and how local they are. Inputs `weights`, `indexes`, `top`, `moments`, `selective`
    (none where selectivity is not known); outputs `maps`, `table`, `thumbnails` (Parquet).

    Attributes:
        pictures: One part, which the top pictures are of.
        shown: Units that are mapped whatever is drawn.
        units: How many units per layer are drawn at random of all that are ever active, and of either kind below.
        kept: Of so many of them, maps are kept.
        top: Top pictures of a unit.
        by: The scores that top pictures are chosen by.
        random: Pictures drawn at random, the same for all units.
        shifts: Rolls of a picture, in patches of the coarsest layer: down, to the right.
        of_object: Units that ought to be active on the object.
        of_place: Units that ought to be active off it.
        seed: Of draws.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    shown: list[UnitsOfLayer]
    units: int = Field(gt=0)
    kept: int = Field(ge=0)
    top: int = Field(gt=0)
    by: list[By] = Field(min_length=1)
    random: int = Field(gt=0)
    shifts: list[tuple[int, int]]
    of_object: SelectiveFor
    of_place: SelectiveFor
    seed: int
    compute: Compute
