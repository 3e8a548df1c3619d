"""The spec of the job that puts visualisations together. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class GatheredSpec(Strict):
    """The tables of all sets of a group and model. Inputs `tables`, one per set and run, and `images` in the same order
    where pictures go with them; output `table`.

    Attributes:
        model: Of all tables.
        sets: The name of the set of each table.
        side: Pixels that pictures in the table have at most.
    """

    model: str
    sets: list[str] = Field(min_length=1)
    side: int = Field(gt=0)
