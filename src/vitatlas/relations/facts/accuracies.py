"""Tables of accuracies, in per cent: of models, and of one model with auxiliary losses."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vitatlas.facts.markdown import numbers_in_words, percent, table
from vitatlas.relations.das.reduce import SPLIT
from vitatlas.relations.facts.numbers import ACCURACIES
from vitatlas.relations.facts.pick import CALLED, at_chance, cell, where
from vitatlas.relations.vocabulary import SETTINGS, TASKS

SHORT = (
    ("discrimination, 256", "discrimination", "256", SPLIT),
    ("32", "discrimination", "32", SPLIT),
    ("32, unseen combinations", "discrimination", "32", "test"),
    ("32, new shapes and colours", "discrimination", "32", "ood_shape_color"),
    ("RMTS, 256", "rmts", "256", SPLIT),
    ("RMTS, 32, unseen combinations", "rmts", "32", "test"),
)
"""Columns of the short table: title, task, setting, split."""

UNSEEN, WITHOUT = "test", "256"
"""The split of unseen combinations, and the setting that has none: there, all are trained."""


def short(numbers: pd.DataFrame, titles: dict[str, str]) -> str:
    """One row per model, a few columns.

    Args:
        titles: Of the models, in their order.
    """
    rows = []
    for model, title in titles.items():
        own = where(numbers, model=model)
        cells = [_marked(where(own, task=task, setting=setting, split=split)) for _, task, setting, split in SHORT]
        rows.append([title, *cells, numbers_in_words(own["runs"].tolist())])
    return table(["model", *(column[0] for column in SHORT), "runs"], rows)


def full(numbers: pd.DataFrame, titles: dict[str, str]) -> str:
    """One row per model, task and setting, every split; arguments as of `short`."""
    places = [(model, task, setting) for model in titles for task in TASKS for setting in SETTINGS]
    rows = []
    for model, task, setting in places:
        own = where(numbers, model=model, task=task, setting=setting)
        measured = own if setting != WITHOUT else own[own["split"] != UNSEEN]
        cells = [_marked(where(measured, split=split)) for split in ACCURACIES]
        name = f"{titles[model]}, {CALLED.get(task, task)}, {setting}"
        rows.append([name, *cells, numbers_in_words(own["runs"].tolist())])
    return table(["model", *map(_called, ACCURACIES), "runs"], rows)


def auxiliary(numbers: pd.DataFrame, splits: Sequence[str]) -> str:
    """One row per variant of losses, one column per task and split that was measured."""
    columns = [(task, split) for task in TASKS for split in splits if len(where(numbers, task=task, split=split))]
    rows = []
    for method in numbers["method"].unique():
        own = where(numbers, method=method)
        cells = [_marked(where(own, task=task, split=split)) for task, split in columns]
        rows.append([str(method), *cells, numbers_in_words(own["runs"].tolist())])
    head = [f"{_called(task)}, {_called(split)}" for task, split in columns]
    return table(["losses beside the task's", *head, "runs"], rows)


def _called(value: str) -> str:
    return CALLED.get(value, value)


def _marked(rows: pd.DataFrame) -> str:
    """An accuracy, in italics at chance."""
    return f"*{cell(rows, percent)}*" if len(rows) and at_chance(rows) else cell(rows, percent)
