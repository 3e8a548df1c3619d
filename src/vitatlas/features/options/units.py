"""The options of families of this theme."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict


class ScoredBy(Strict):
    """Options of `attribute_shares` and `concept_units`."""

    by: Literal["mean", "maximum"] = Field(description="the score of a picture: mean or maximum over its patches")


OPTIONS: dict[str, type[Strict]] = {"attribute_shares": ScoredBy, "concept_units": ScoredBy}
"""By family, the class of its options."""
