"""The spec of the job that follows made and natural pictures through the layers. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec


class PathSimilaritySpec(Strict):
    """Pictures that were made for units of one encoder, and natural ones, layer by layer. Inputs `weights`, `images`
    (npy) and `table` of `visualise`, and `scores`, `units`, `pictures`, `moments`, `top` of `unit_scores`; outputs
    `units`, `table` (Parquet).

    Attributes:
        part: The natural pictures.
        batch: Pictures at a time.
        top: Natural pictures per unit, those with the largest mean over patches.
        draws: Samples of units that intervals are taken from.
        seed: What these derive from.
    """

    encoder: EncoderSpec
    part: str
    batch: int = Field(gt=0)
    top: int = Field(gt=1)
    draws: int = Field(gt=0)
    seed: int
    compute: Compute
