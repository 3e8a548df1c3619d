"""The settings of the picture world: how its scenes are drawn, and what captions say of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vitatlas.config.strict import Strict
from vitatlas.images.world.attributes import INDEPENDENT

Share = Annotated[float, Field(ge=0, le=1)]


class WorldSettings(Strict):
    """How scenes are drawn."""

    affinity: Share = Field(
        default=INDEPENDENT,
        description="share of the scenes whose location is one of the two habitats of the category; .25: the location "
        "tells nothing about the category",
    )
    many: Share = Field(default=0.25, description="share of the scenes with three small objects in place of one")


class CaptionSettings(Strict):
    """How often a caption says what."""

    size: Share = Field(default=0.4, description="share of the captions of one object that say its size")
    color: Share = Field(default=0.85, description="share of the captions that say the colour")
    pattern: Share = Field(default=0.85, description="share of the captions that say the pattern")
    location: Share = Field(default=0.8, description="share of the captions that say the location")
    place: Share = Field(default=0.3, description="share of the captions of one object that say where it is")
    kind: Share = Field(
        default=0.15, description="share of the captions that say animal or thing in place of the category"
    )
