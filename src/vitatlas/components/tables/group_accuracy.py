"""Accuracy in groups before and after components that follow a spurious cue are set to their means (tables 3 and 6)."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.removal.groups import AVERAGE, WORST
from vitatlas.statistics.intervals import wilson

TITLES = {WORST: "Worst group", AVERAGE: "Average group"}
CONTROLS = ("none", "chosen", "random", "core", "lowest")
"""The names of what was removed. Readers see the first three; the numbers of all are in the CSV."""

ROOM = 0.97
"""Accuracy of the worst group from which on there is nothing to gain."""

LEAST_GAP = 0.1
"""Accuracy that the background costs where it does not agree, below which it is not what makes a group the worst."""

NO_ROOM = f"No room: before, the worst group is at {ROOM:.2f} or more"
NO_CUE = f"Hardly a cue to remove: a background that does not agree costs less than {LEAST_GAP:.2f} (in brackets)"
NO_TASK = "Before, not better than guessing on average over groups: the head follows nothing but the background"


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of removal.

    Returns:
        Columns model, title, group, control, k, value, sd, heads, draws, runs, n, chance: of each control the mean over
        runs and heads (and draws), and the standard deviation over runs and heads; missing where there is one head.

    Raises:
        UserError: A model has no numbers of a control.
    """
    parts = []
    for model, title in {panel.model: panel.title for panel in spec.panels}.items():
        own = rows_where(table, {"model": model, "reported": True})
        for control in CONTROLS:
            parts.append(_over_heads(rows_where(own, {"control": control})).assign(model=model, title=title))
    found = pd.concat(parts, ignore_index=True)
    columns = ["model", "title", "group", "control", "k", "value", "sd", "heads", "draws", "runs", "n", "chance"]
    return found[columns]


def _over_heads(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per group."""
    of_head = rows.groupby(["group", "control", "k", "run", "head"], sort=False)
    means = of_head.agg(value=("value", "mean"), draws=("draw", "nunique"), n=("n", "min"), chance=("chance", "first"))
    found = means.reset_index().groupby(["group", "control", "k"], sort=False)
    numbers = {name: (name, "min") for name in ("draws", "n", "chance")}
    counts = {"runs": ("run", "nunique"), "heads": ("head", "nunique")}
    of_group: dict[str, Any] = {"value": ("value", "mean"), "sd": ("value", "std"), **counts, **numbers}
    return found.agg(**of_group).reset_index()


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it, all cells text: before → after (random components)."""
    shown = values[values["group"].isin(TITLES) == (spec.typed_options.show == "summary")]
    rows = []
    for title, cells in shown.groupby("title", sort=False):
        row = {"Model": str(title)}
        for group, numbers in cells.groupby("group", sort=False):
            row[TITLES.get(str(group), str(group).capitalize())] = _cell(numbers)
        rows.append(row)
    return pd.DataFrame(rows)


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    first = values[values["control"] == "random"].iloc[0]
    reading = (
        f"Before → after {int(first['k'])} components are set to their means; in brackets as many random ones, mean of "
        f"{int(first['draws'])} draws."
    )
    spread = f"± is the standard deviation over {int(values['heads'].max())} heads, trained from different seeds."
    return [*spec.remarks, reading, *([spread] if values["sd"].notna().any() else []), *_without_meaning(values)]


def _without_meaning(values: pd.DataFrame) -> list[str]:
    """The sentences about models in which there is no spurious cue to remove, or that cannot do the task."""
    said: dict[str, list[str]] = {NO_ROOM: [], NO_CUE: [], NO_TASK: []}
    for title, cells in values[values["control"] == "none"].groupby("title", sort=False):
        before: dict[str, float] = dict(zip(cells["group"], cells["value"], strict=True))
        groups = [before[group] for group in sorted(set(before) - {WORST, AVERAGE})]
        if before[WORST] >= ROOM:
            said[NO_ROOM].append(str(title))
        elif len(groups) == 4 and (gap := _gap(groups)) < LEAST_GAP:
            said[NO_CUE].append(f"{title} ({gap:.2f})")
        if wilson(before[AVERAGE], int(cells["n"].max()))[0] <= float(cells["chance"].iloc[0]):
            said[NO_TASK].append(str(title))
    return [f"{text}: {', '.join(titles)}." for text, titles in said.items() if titles]


def _gap(groups: list[float]) -> float:
    """How much more often the class is found where the background agrees with it: half the difference of differences of
    the accuracies of two classes on two backgrounds, class by class."""
    first, second, third, fourth = groups
    return abs((first - second) - (third - fourth)) / 2


def _cell(numbers: pd.DataFrame) -> str:
    found = {
        control: _number(value, sd)
        for control, value, sd in numbers[["control", "value", "sd"]].itertuples(index=False)
    }
    return f"{found['none']} → {found['chosen']} (random {found['random']})"


def _number(value: float, sd: float) -> str:
    return f"{value:.2f}" if math.isnan(sd) else f"{value:.2f} ± {sd:.2f}"
