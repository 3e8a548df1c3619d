"""The options of families of this theme."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict


class MaskedAccuracyOptions(Strict):
    """Options of the family `masked_accuracy`."""

    show: Literal["normalised", "all"] = Field(
        description="columns. normalised: top-5 on masked pictures as a share of that on full ones; all: top-1 and "
        "top-5 as they are, and normalised top-1"
    )


OPTIONS: dict[str, type[Strict]] = {"masked_accuracy": MaskedAccuracyOptions}
