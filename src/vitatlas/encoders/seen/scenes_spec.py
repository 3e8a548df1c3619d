"""The spec of the job that renders scenes. Imports no torch."""

from __future__ import annotations

from vitatlas.config.numbers import Positive
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.sources import Birds, Scenes


class ScenesSpec(Strict):
    """The scenes of one part of a set, for all encoders of one size. Outputs `pixels` (npy), `table` (Parquet).

    Attributes:
        part: Its name.
        seed: What they derive from, with the name.
        side: Of the pictures, in pixels.
    """

    part: str
    source: Scenes | Birds
    seed: int
    side: Positive
