"""The options of families that show what units of chosen places respond to."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class NamedUnit(Strict):
    """A unit that the paper names, and its word for what the unit responds to."""

    layer: int = Field(ge=0)
    unit: int = Field(ge=0)
    concept: str


class Concepts(Strict):
    """Options of `concepts`."""

    named: list[NamedUnit] = Field(
        default_factory=list, description="units that the paper names, drawn where they were visualised and mapped"
    )
    attributes: list[str] = Field(
        min_length=1, description="attributes of pictures for which units are taken where those are not there"
    )
    pictures: int = Field(gt=0, description="top pictures per unit: the first ones, as far as they are kept")


class KeyQueryValue(Strict):
    """Options of `key_query_value`."""

    weight_units: str = Field(default="activation", description="in what the weight of total variation is counted")
    units: int = Field(gt=0, description="units per site and layer: the first ones")


class Background(Strict):
    """Options of `background`."""

    layers: tuple[float, float] = Field(
        description="where the unit is looked for, as shares of the depth of the network"
    )
    pictures: int = Field(gt=0, description="top pictures of the unit: the first ones, as far as they are kept")


class Sites(Strict):
    """Options of `sites`."""

    units: int = Field(gt=0, description="units per site and layer whose pictures are shown: the first ones")


OPTIONS: dict[str, type[Strict]] = {
    "background": Background,
    "concepts": Concepts,
    "key_query_value": KeyQueryValue,
    "sites": Sites,
}
"""The options of families of this theme."""
