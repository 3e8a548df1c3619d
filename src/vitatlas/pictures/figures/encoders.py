"""The lessons of each encoder, and its knowledge of the picture world (a table drawn as a figure).

A row per encoder, a column per attribute. The large number is a linear probe's share of right answers; in the first
column, where there is a head, that of the head; below it, where there are texts, that of texts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure, wrapped
from vitatlas.pictures.artifacts import ArtifactSpec
from vitatlas.statistics.intervals import wilson

METHODS = {"head": "head", "zero-shot": "texts", "probe": "probe"}
ATTRIBUTES = ("category", "color", "pattern", "location", "count", "size")
TITLES = {"color": "colour"}
COLUMNS = ["panel", "model", "title", "taught", "method", "attribute", "runs", "value", "low", "high", "n", "chance"]
ROW = 0.5  # inches, of a row
LETTERS = 24  # of what an encoder was taught, per line
DARKEST = 1.8  # of the colours' scale, whose largest value is 1, so that letters stay readable


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: model, run, method, attribute, value, n, chance.

    Returns:
        `COLUMNS`, one row per panel, method and attribute. `value` is the mean over runs; `low` and `high` bound it:
        of one run, the 95 % score interval of a share of n scenes; of several, the lowest and the highest run's
        interval together.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for number, panel in enumerate(spec.panels):
        rows = rows_where(table, {"model": panel.model})
        grouped = rows.groupby(["method", "attribute"], sort=False)
        found = pd.DataFrame([_cell(cell) for _, cell in grouped])
        parts.append(found.assign(panel=number, model=panel.model, title=panel.title, taught=panel.taught))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _cell(rows: pd.DataFrame) -> dict[str, object]:
    bounds = [wilson(share, count) for share, count in zip(rows["value"], rows["n"], strict=True)]
    return {
        "method": rows["method"].iloc[0],
        "attribute": rows["attribute"].iloc[0],
        "runs": len(rows),
        "value": rows["value"].mean(),
        "low": min(low for low, _ in bounds),
        "high": max(high for _, high in bounds),
        "n": int(rows["n"].iloc[0]),
        "chance": rows["chance"].mean(),
    }


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count = len(spec.panels)
    figure = new_figure(COLUMN, 0.7 + ROW * count, spec.tier_note)
    axes = figure.subplots()
    shown = values[values["attribute"].isin(ATTRIBUTES)]
    shares = np.zeros((count, len(ATTRIBUTES)))
    for (panel, attribute), cell in shown.groupby(["panel", "attribute"]):
        row, column = int(str(panel)), ATTRIBUTES.index(str(attribute))
        shares[row, column] = _above_chance(cell["value"].max(), cell["chance"].iloc[0])
        axes.text(column, row, _lines(cell), ha="center", va="center", fontsize=fitted(SMALLEST))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=DARKEST, aspect="auto")
    axes.set_xticks(range(len(ATTRIBUTES)), labels=[TITLES.get(name, name) for name in ATTRIBUTES])
    axes.xaxis.tick_top()
    axes.set_yticks(range(count), labels=_names(values, spec))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _above_chance(share: float, chance: float) -> float:
    return max(0.0, (share - chance) / (1 - chance))


def _names(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    runs = values.groupby("panel")["runs"].first()
    return [
        f"{panel.title} ({_runs(int(runs[number]))})\n{wrapped(f'taught {panel.taught}', LETTERS)}"
        for number, panel in enumerate(spec.panels)
    ]


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def _lines(cell: pd.DataFrame) -> str:
    """The text of a cell: a line per method."""
    half = (50 * (cell["high"] - cell["low"])).clip(lower=1)  # of the interval; 1 where it would round to nothing
    lines = {
        method: f"{METHODS[method]} {100 * value:.0f}±{width:.0f}"
        for method, value, width in zip(cell["method"], cell["value"], half, strict=True)
    }
    return "\n".join(lines[method] for method in METHODS if method in lines)
