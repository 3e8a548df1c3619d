"""The specs of the jobs that pick examples of photorealistic images and show the images to models. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.relations.config.models import Geometry, Network


class ZeroShotSpec(Strict):
    """All runs of one cell. Inputs `models` (in the order of `runs`) and `images` (all shares); outputs `behaviour` and
    `attention`.

    Attributes:
        patch_share: From which share of its pixels on a patch is an object's.
        shared_below: Layers below this one have the same weights in all runs; 0: none has.
    """

    name: str
    model: Network
    geometry: Geometry
    task: Literal["discrimination"]
    setting: str
    runs: list[int] = Field(min_length=1)
    patch_share: float = Field(gt=0, le=1)
    shared_below: int = Field(default=0, ge=0)
    batch: int = Field(gt=0)
    compute: Compute


class PhotorealExamplesSpec(Strict):
    """Examples for a figure. Inputs `scenes` and `images` (all shares); output `table`.

    Attributes:
        per_label: How many of either label.
        side: Pixels per side of the large images; smaller than the images are: these as they are.
    """

    per_label: int = Field(gt=0)
    side: int = Field(gt=0)
