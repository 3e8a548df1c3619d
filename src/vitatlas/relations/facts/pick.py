"""Picking from the numbers that documents quote, and writing them into tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pandas as pd

from vitatlas.facts.markdown import NOTHING, share, table
from vitatlas.relations.das.reduce import SPLIT
from vitatlas.relations.words import WORDS

CELL = ("model", "task")
GUESSING = 0.5
INTERVAL = 1.96
"""Half the width of a 95 % interval, in standard errors."""

CALLED = {
    **WORDS,
    **{"none": "the right object", "wrong_object": "a wrong object", "random_patch": "a random patch"},
    **{"ood_shape": "new shapes", "ood_color": "new colours", "photoreal": "photorealistic"},
}
"""The words for values of keys in rows of tables."""

Write = Callable[[float, float], str]
"""A function that writes a mean and its standard deviation."""


def where(numbers: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """The rows with these keys."""
    for key, value in keys.items():
        numbers = numbers[numbers[key] == value]
    return numbers


def cell(rows: pd.DataFrame, write: Write = share) -> str:
    """The number of the only row; a dash where there is none."""
    return NOTHING if rows.empty else write(rows["value"].item(), rows["sd"].item())


def in_blocks(value: float, sd: float) -> str:
    """The mean number of a block, and its spread where runs differ: "3", "4.7 ± 0.6"."""
    return f"{value:.1f} ± {sd:.1f}" if sd > 0 else f"{value:.0f}"


def best(rows: pd.DataFrame) -> int | None:
    """The layer of the greatest value, the lowest of equal ones; None without rows."""
    ordered = rows.sort_values("layer")
    return None if rows.empty else int(ordered["layer"].iloc[int(ordered["value"].argmax())])


def at_chance(rows: pd.DataFrame) -> bool:
    """Whether the accuracy in the only row is no further from guessing than guessing gets in 19 of 20 cases."""
    error = GUESSING / math.sqrt(rows["n"].item() * rows["runs"].item())
    return bool(abs(rows["value"].item() - GUESSING) <= INTERVAL * error)


def chance_cells(accuracies: pd.DataFrame) -> set[tuple[str, ...]]:
    """The models and tasks, `CELL`, whose accuracies on seen combinations are at chance, of one setting."""
    seen = where(accuracies, split=SPLIT)
    return {tuple(map(str, values)) for values, rows in seen.groupby(list(CELL)) if at_chance(rows)}


def named(values: Sequence[str], chance: Collection[tuple[str, ...]]) -> str:
    """Values of keys in words, as the name of a row; says where the model, told by the first two, is at chance."""
    name = ", ".join(CALLED.get(value, value) for value in values)
    return f"*{name} (at chance)*" if tuple(values[: len(CELL)]) in chance else name


def by_layer(numbers: pd.DataFrame, keys: Sequence[str], about: str, chance: Collection[tuple[str, ...]]) -> str:
    """A table with one row per value of `CELL` and more keys, and one column per layer.

    Args:
        keys: Those beside `CELL`.
        about: The head of the first column.
        chance: The models and tasks that are at chance.
    """
    layers = sorted(numbers["layer"].dropna().unique())
    rows = []
    for values, group in numbers.groupby([*CELL, *keys], sort=False):
        cells = [cell(where(group, layer=layer)) for layer in layers]
        rows.append([named(list(map(str, values)), chance), *cells, str(group["runs"].max())])
    return table([about, *(f"block {int(layer)}" for layer in layers), "runs"], rows)
