"""The options of families of this theme."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict

Motion = Literal["rotation", "translation"]


class MovedOptions(Strict):
    """Options of the family `moved`."""

    motion: list[Motion] = Field(min_length=1, description="what was done to pictures")
    show: Literal["means", "ratio"] = Field(
        description="means: mean scores before and after; ratio: what of a unit's score stays"
    )


OPTIONS: dict[str, type[Strict]] = {"moved": MovedOptions}
