"""The spec of the job that turns and shifts pictures. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

ROTATION, TRANSLATION = MOTIONS = ("rotation", "translation")


class MovedSpec(Strict):
    """Units of one encoder, each on its own top picture, turned and shifted. Inputs `weights`, `indexes`, `top`;
    outputs `units`, `table` (Parquet).

    Attributes:
        pictures: One part, which the top pictures are of.
        units: So many of each layer, drawn at random; of narrower layers all.
        step: Pixels of a shift.
        before: What turned copies are compared with: the untouched picture, or, as in the reference, the first copy.
        seed: Of angles, and of the units that are drawn.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    units: int = Field(gt=1)
    step: int = Field(gt=0)
    before: Literal["corrected", "reference"] = "corrected"
    seed: int
    compute: Compute
