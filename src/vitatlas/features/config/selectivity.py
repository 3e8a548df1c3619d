"""How the selectivity of features for attributes of pictures is measured. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import WithoutDefaults

Attribute = Literal["category", "color", "pattern", "location", "count", "size", "row", "column", "kind"]


class Selectivity(WithoutDefaults):
    """The selectivity of features, in pictures of which attributes are known (in place of naming by eye, section 6)."""

    attributes: list[Attribute] = Field(
        default=["category", "color", "pattern", "location", "count", "kind"],
        min_length=1,
        description="attributes of the picture world; kind: animal or thing. Of pictures with labels alone, the label "
        "is the category",
    )
    sites: list[str] = Field(
        default=["mlp.act", "conv.out"],
        min_length=1,
        description="ends of the names of sites whose features are measured, of those that are scored",
    )
    fewest: int = Field(default=20, gt=0, description="pictures that a stratum needs on both sides to count")
    selective: float = Field(
        default=0.75, gt=0.5, le=1, description="a feature with so large an AUC in every stratum is a concept feature"
    )
    top: int = Field(default=10, gt=0, description="pictures that activate a feature most, whose labels are counted")
    permutations: int = Field(default=100, ge=40, description="shuffles of the attributes, for the null")
    permuted: int = Field(default=8, gt=0, description="features of each layer that the null is measured on")
    draws: int = Field(default=1000, ge=40, description="samples of features that intervals are taken from")
