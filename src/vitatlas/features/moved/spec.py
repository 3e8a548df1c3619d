"""The spec of the job that turns and shifts pictures. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

ROTATION, TRANSLATION = MOTIONS = ("rotation", "translation")


class MovedSpec(Strict):
    """Every unit of one encoder on its own top picture, turned and shifted. Inputs `weights`, `indexes`, `top`; outputs
    `units`, `table` (Parquet).

    Attributes:
        pictures: One part, which the top pictures are of.
        step: Pixels of a shift.
        before: What turned copies are compared with: the untouched picture, or, as in the reference, the first copy.
        seed: Of angles.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    step: int = Field(gt=0)
    before: Literal["corrected", "reference"] = "corrected"
    seed: int
    compute: Compute
