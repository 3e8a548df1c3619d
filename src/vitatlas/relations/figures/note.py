"""The words above the panels of a figure: the tier's note, notes on its models, how many runs, shared weights."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.runs import runs_sentence
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.chance import PART

SHARED = "shared_below"
"""The column of tables and of values: the weights of layers below it are the same in all runs."""


def note_above(values: pd.DataFrame, spec: ArtifactSpec) -> str | None:
    """The sentences above the panels; None if there is nothing to say."""
    measured = values[values["part"] != PART] if "part" in values else values
    runs = runs_sentence(measured, spec) or runs_sentence(values, spec)
    sentences = [spec.tier_note, *spec.in_picture, runs, _shared_sentence(values)]
    return " ".join(filter(None, sentences)) or None


def shared_below(rows: pd.DataFrame) -> int:
    """The layer below which the weights are the same in all runs that `rows` of an analysis are of; 0: none are."""
    return int(rows[SHARED].fillna(0).max()) if SHARED in rows and len(rows) else 0


def without_shared_spread(numbers: pd.DataFrame, below: int) -> pd.DataFrame:
    """The numbers of one panel, without standard deviations in the layers whose weights all runs share: there, runs
    that agree show nothing.

    Returns:
        The same rows, with `below` as a column.
    """
    apart = ~(numbers["layer"] < below).fillna(False).astype(bool)
    return numbers.assign(sd=numbers["sd"].where(apart), **{SHARED: below})


def _shared_sentence(values: pd.DataFrame) -> str | None:
    below = shared_below(values)
    if below == 0:
        return None
    layers = "layer 0" if below == 1 else f"layers 0 to {below - 1}"
    return f"No spread over runs in {layers}: all runs share these weights."
