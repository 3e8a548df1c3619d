"""Sets of pictures: scenes of the picture world, or pictures that the user brings. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from vitatlas.config.names import DataName
from vitatlas.config.numbers import Count
from vitatlas.config.strict import WithoutDefaults
from vitatlas.images.world.attributes import SPLITS
from vitatlas.images.world.settings import WorldSettings

Split = Literal["train", "validation", "test", "probe", "alignment"]
if set(Split.__args__) != set(SPLITS):  # type: ignore[attr-defined]
    raise AssertionError("the splits of the picture world have changed")


class Scenes(WithoutDefaults):
    """Scenes of the picture world."""

    split: Split = Field(description="whose background pictures are used")
    scenes: Count = Field(description="how many")
    world: WorldSettings = Field(default_factory=WorldSettings, description="how they are drawn")


class Birds(WithoutDefaults):
    """Scenes like those of Waterbirds: finches and ducks on land and on water, classes that no encoder was taught."""

    split: Split = Field(description="whose background pictures are used")
    birds: Count = Field(description="how many scenes")
    correlation: float = Field(ge=0, le=1, description="share of the scenes whose background agrees with the class")


class Brought(WithoutDefaults):
    """Pictures of a data set of the section `data`."""

    data: DataName = Field(description="the data set")
    split: str | None = Field(default=None, description="only pictures of this split, where the data set has splits")
    pictures: int | None = Field(default=None, gt=0, description="how many, drawn at random; null: all")
    per_class: int | None = Field(
        default=None, gt=0, description="how many of each class, drawn at random; in place of `pictures`"
    )


Source = Scenes | Birds | Brought


def scenes_among(parts: Mapping[str, Source]) -> dict[str, Scenes | Birds]:
    """The parts that are scenes: all but those that the user brings."""
    return {name: source for name, source in parts.items() if not isinstance(source, Brought)}
