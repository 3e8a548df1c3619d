"""The builder of the spec of the rule that draws pictures of the world for people."""

from __future__ import annotations

from typing import Any

from vitatlas.images.world.spec import WorldPicturesSpec
from vitatlas.paper.specs import builder
from vitatlas.pictures.settings import PicturesSettings


@builder()
def world_pictures(of: PicturesSettings, wildcards: Any) -> WorldPicturesSpec:
    """The spec of rule `world_pictures`."""
    return WorldPicturesSpec(side=int(wildcards.side), seed=of.seed("world_pictures"))
