"""The spec of the job that puts visualisations together. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class GatheredSpec(Strict):
    """The tables of all runs of a group and model. Inputs `tables`, one per run, and `images` in the same order
    where pictures go with them; output `table`.

    Attributes:
        model: Of all tables.
        side: Pixels that pictures in the table have at most.
    """

    model: str
    side: int = Field(gt=0)
