"""Contact sheets of learning rates by weights of total variation (not in the paper): a sheet per unit.

Below each picture stands the activation that it reaches, in standard deviations of the unit's scores of natural ones.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import Point
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.picture_cells import GAP, picture, sheet, words
from vitatlas.features.figures.visualised import in_deviations, visualised

UNIT = ["site", "layer", "unit"]
COLUMNS = ["model", "title", *UNIT, "learning_rate", "weight", "weight_units", "activation", "sd", "reached"]
COLUMNS += ["percentile", "high_frequency", "png"]
ACROSS = 2  # sheets beside each other
HEAD, LABEL, LINE = 0.75, 0.62, 0.27  # cells: above a sheet, beside a row, below a picture
BETWEEN = 0.25
LARGEST = 0.8  # inches; a cell


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: `COLUMNS`, first replicates, by unit, learning rate and weight.

    Args:
        table: Rows of the analysis `visualised_sweep`.

    Raises:
        UserError: Nothing of the model was visualised.
    """
    panel = spec.panels[0]
    rows = visualised(table, panel.model)
    first = rows[rows["replicate"] == rows["replicate"].min()]
    reached = [in_deviations(row) for row in first.to_dict("records")]
    found = first.assign(title=panel.title, png=first["image"], reached=reached)
    return found.sort_values([*UNIT, "learning_rate", "weight"])[COLUMNS].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    sheets = [rows for _, rows in values.groupby(UNIT, sort=False)]
    rates, weights = (sorted(values[name].unique()) for name in ("learning_rate", "weight"))
    width, height = LABEL + len(weights), HEAD + len(rates) * (1 + LINE)
    lines = -(-len(sheets) // ACROSS)
    figure, axes = sheet(spec, ACROSS * width + BETWEEN, lines * height, LARGEST)
    for number, rows in enumerate(sheets):
        x, y = (number % ACROSS) * (width + BETWEEN), number // ACROSS * height
        head = f"layer {int(rows['layer'].iloc[0])}, unit {int(rows['unit'].iloc[0])}"
        words(axes, x + LABEL + GAP, y + 0.33, head, weight="bold")
        _sheet(axes, (x, y), rows, rates, weights)
    return figure


def _sheet(axes: Axes, corner: Point, rows: pd.DataFrame, rates: list[float], weights: list[float]) -> None:
    """The pictures of a unit, learning rates from above to below, weights from left to right."""
    left, top = corner[0] + LABEL, corner[1] + HEAD
    for across, weight in enumerate(weights):
        words(axes, left + across + 0.5, top - GAP, f"w {weight:g}", ha="center")
    for down, rate in enumerate(rates):
        y = top + down * (1 + LINE)
        words(axes, left - 0.06, y + 0.5, f"{rate:g}", ha="right", va="center")
        for across, weight in enumerate(weights):
            here = rows[(rows["learning_rate"] == rate) & (rows["weight"] == weight)]
            for row in here.to_dict("records"):
                _cell(axes, row, left + across, y)


def _cell(axes: Axes, row: dict[Any, Any], x: float, y: float) -> None:
    picture(axes, row["png"], x, y)
    if pd.notna(row["reached"]):
        reached = f"{row['reached']:.1f}".replace("-", "−")
        words(axes, x + 0.5, y + 1 + LINE - 0.03, reached, ha="center", color="grey-30")
