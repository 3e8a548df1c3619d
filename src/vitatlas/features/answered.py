"""The parts that figures, tables and readings of what networks answer share: sets of pictures, means over runs, and
answers picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.features.reliance.compare import Hits
from vitatlas.features.reliance.conditions import FILTERS, FULL
from vitatlas.features.reliance.resampled import Floats, ratio, resampled_means
from vitatlas.jobs.seeds import derive_seed

NEUTRAL = "neutral"
"""The set of pictures whose backgrounds tell nothing about the class, by its name in the configuration."""

SEED = 0
"""Of the sets of pictures that intervals are made from; one for all networks, so that differences are paired."""

_KNOWN = ("part", "picture", "label", "model", "run")


def main_part(parts: Iterable[str]) -> str:
    """The set of pictures that figures and tables of one set show: the first that is not neutral."""
    found = list(dict.fromkeys(parts))
    return next((part for part in found if part != NEUTRAL), found[0])


def over_runs(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means over runs: `by`, value, low, high (means of bounds), chance, n, runs."""
    found = rows.groupby(by, sort=False, dropna=False).agg(
        value=("value", "mean"),
        low=("low", "mean"),
        high=("high", "mean"),
        chance=("chance", "mean"),
        n=("n", "min"),
        runs=("run", "nunique"),
    )
    return found.reset_index()


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of accuracies, of tables that were read together with answers picture by picture."""
    return table[table["measure"].notna()]


def hits_of(table: pd.DataFrame, model: str, side: float | None = None) -> list[Hits]:
    """The answers of a network picture by picture, run by run.

    Args:
        table: Rows of answers (`picture` is known), and others.
        side: Of the pictures that it sees, in pixels, where they were filtered.

    Raises:
        UserError: There are none of it.
    """
    rows = rows_where(table[table["picture"].notna()], {"model": model}).dropna(axis="columns", how="all")
    columns = [str(name) for name in rows if name not in _KNOWN and pd.api.types.is_numeric_dtype(rows[name])]
    ways = {name: _way(name, side) if side else dict[str, object]() for name in columns}
    return [
        Hits(Path(f"{model}, run {run}"), ways, own.reset_index(drop=True))
        for run, own in rows.groupby("run", sort=True)
    ]


def _way(column: str, side: float) -> dict[str, object]:
    """The filter, and the cut-off in cycles per picture, of a column as `ideal_0.5`; nothing of unfiltered pictures."""
    name, _, rho = column.partition("_")
    return {"filter": name, "cycles": float(rho) * side / 2} if name in FILTERS else {}


def mean_of(runs: Iterable[Hits], of: Callable[[Hits], Floats]) -> Floats:
    """A quantity [1 + draws], its mean over runs."""
    found: Floats = np.mean([of(hits) for hits in runs], axis=0)
    return found


def normalised_of(hits: Hits, part: str, columns: Sequence[str], top: int) -> Floats:
    """100 times the accuracy on pictures shown in each way over that on full ones, [1 + draws, ways].

    Args:
        part: The set of pictures.
        columns: The ways.
        top: Among how many classes the true one may be.

    Raises:
        UserError: There is no such set.
    """
    ranks = hits.part(part)[[*columns, FULL]].to_numpy()
    shares = resampled_means(ranks < top, derive_seed(SEED, part))
    return 100 * ratio(shares[:, :-1], shares[:, -1:])
