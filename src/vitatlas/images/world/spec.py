"""The spec of the job that draws pictures of the world for people. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class WorldPicturesSpec(Strict):
    """Pictures of the world, and their parts. Output `table`.

    Attributes:
        side: Of the pictures, in pixels.
        overview, parts, birds: How many scenes: of the overview, of those taken apart, of each group of Waterbirds.
    """

    side: int = Field(gt=0)
    seed: int
    overview: int = Field(default=16, gt=0)
    parts: int = Field(default=8, gt=0, le=64)
    birds: int = Field(default=2, gt=0)
