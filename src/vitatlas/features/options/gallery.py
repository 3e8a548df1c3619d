"""The options of families that draw visualisations: galleries, progressions with depth, and triples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vitatlas.config.read import read_yaml
from vitatlas.config.strict import Strict

GALLERIES = Path(__file__).resolve().parents[4] / "config/galleries/features.yaml"
Number = Annotated[int, Field(ge=0)]
Place = Annotated[int, Field(gt=0)]


class GalleryOptions(Strict):
    """Options of the family `gallery`."""

    page: str | None = Field(
        default=None,
        pattern=r"^[\w-]+/[1-9]$",
        description="a page that the authors published: a model and the page's number from 1, as in "
        "config/galleries/features.yaml. Of other models, or without it, the units that were visualised are drawn",
    )
    units: list[tuple[Number, Number]] = Field(
        default=[], description="layers and units of that page, in its order; they are looked up and not written here"
    )
    part: tuple[Place, Place] = Field(
        default=(1, 1),
        description="number and count: units that are not a published page's are dealt over so many pages, in rows of "
        "seven, and this is the page of that number",
    )

    @model_validator(mode="before")
    @classmethod
    def _looked_up(cls, given: dict[str, Any]) -> dict[str, Any]:
        page = given.get("page")
        return given if not page or given.get("units") else given | {"units": published(str(page))}

    @model_validator(mode="after")
    def _within(self) -> GalleryOptions:
        if self.part[0] > self.part[1]:
            raise ValueError("part: there is no page of this number")
        return self

    def published_of(self, model: str) -> list[tuple[int, int]]:
        """The published units, where they are this model's."""
        return self.units if self.page and self.page.rpartition("/")[0] == model else []


class ProgressionOptions(Strict):
    """Options of the family `progression`."""

    by: Literal["stage", "layer"] = Field(
        description="stage: the paper's five stages, edges to objects; layer: every layer"
    )
    each: int = Field(default=4, gt=0, description="visualisations of each")


class TriplesOptions(Strict):
    """Options of the family `triples`."""

    show: Literal["depths", "local"] = Field(
        description="depths: a unit at the depth of `layer`, and one of the last layer; local: the units of inner "
        "layers whose maps vary most"
    )
    layer: Number = Field(default=5, description="depths: a layer of the paper's twelve, or at the same depth")
    count: int = Field(default=10, gt=0, description="local: how many units")


def published(page: str) -> list[list[int]]:
    """The layers and units of a page of the authors' galleries.

    Raises:
        ValueError: There is no such page.
    """
    model, _, number = page.rpartition("/")
    pages = read_yaml(GALLERIES).get(model, [])
    if not number.isdigit() or not 1 <= int(number) <= len(pages):
        raise ValueError(f"{GALLERIES.name} has no page '{page}'")
    return [[layer, unit] for layer, unit, _ in pages[int(number) - 1]]


OPTIONS: dict[str, type[Strict]] = {
    "gallery": GalleryOptions,
    "progression": ProgressionOptions,
    "triples": TriplesOptions,
}
"""The options of families of this theme."""
