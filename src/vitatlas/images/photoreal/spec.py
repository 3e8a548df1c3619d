"""The specs of the jobs that make photorealistic images. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict
from vitatlas.images.photoreal.settings import Rendering


class PhotorealScenesSpec(Strict):
    """The scenes for images of one size. Output `scenes`.

    Attributes:
        patches: Sides of the patches of all models that take images of this size.
        patch_share: See `vitatlas.images.photoreal.masks.owned`.
    """

    canvas: int = Field(gt=0)
    patches: list[int] = Field(min_length=1)
    patch_share: float
    images: int = Field(gt=0)
    rendering: Rendering
    seed: int


class RenderPhotorealSpec(Strict):
    """Every `shards`-th scene from number `shard` on. Input `scenes`; output `images`."""

    shard: int = Field(ge=0)
    shards: int = Field(gt=0)


class PhotorealSheetSpec(Strict):
    """A grid of the first images of a set. Input `images` (all shares); output `image`."""

    count: int = Field(default=40, gt=0)
    columns: int = Field(default=8, gt=0)
    scale: int = Field(default=1, gt=0)
