"""The parts of grids of pictures: a picture in its cell, the mark that says whether it is a right one, and the rows of
a panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from vitatlas.artifacts.pixels import pixels
from vitatlas.components.artifacts import PanelSpec
from vitatlas.components.rows import KNOWN_ABOVE, rows_of

RIGHT: dict[str, Any] = {"marker": "o", "color": "blue-hue"}
WRONG: dict[str, Any] = {"marker": "X", "color": "orange-hue"}
_MARK: dict[str, Any] = {"ls": "none", "markeredgecolor": "page", "markeredgewidth": 0.7}
MARK_PLACE = 0.87  # of a cell, from its upper left corner


def empty(axes: Axes, width: float, height: float) -> None:
    """Make room for so many cells; the first one's corner is at (0, 0), upper left."""
    axes.set(xlim=(-0.04, width + 0.04), ylim=(height + 0.04, -0.04), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def cell(axes: Axes, row: Mapping[Any, Any], x: float, y: float, marked: float) -> None:
    """A picture with its upper left corner at (x, y), one unit wide; a mark of this size where something is known."""
    limits = axes.get_xlim(), axes.get_ylim()
    axes.imshow(pixels(row["png"]), extent=(x + 0.03, x + 0.97, y + 0.97, y + 0.03), interpolation="none", zorder=1)
    axes.set(xlim=limits[0], ylim=limits[1])
    axes.add_patch(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, fill=False, ec="grey-60", lw=0.4, zorder=2))
    if marked and pd.notna(row["right"]):
        look = RIGHT if bool(row["right"]) else WRONG
        axes.plot(x + MARK_PLACE, y + MARK_PLACE, ms=marked, zorder=3, **look, **_MARK)


def mark_legend(right: str, wrong: str) -> list[Line2D]:
    """The meaning of the marks."""
    return [Line2D([], [], ms=5, label=text, **look, **_MARK) for text, look in ((right, RIGHT), (wrong, WRONG))]


def is_marked(values: pd.DataFrame) -> bool:
    """Whether anything is known of the pictures."""
    return bool(values["right"].notna().any())


def panel_rows(table: pd.DataFrame, panel: PanelSpec, by: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The numbers of a panel, means over runs, and the pictures of its first run.

    Args:
        table: Rows of one kind of search.
        panel: Whose they are.
        by: The columns that tell numbers apart, beside the quantity.

    Raises:
        UserError: The panel has no rows.
    """
    rows = rows_of(table, panel)
    first = rows[rows["run"] == rows["run"].min()]
    pictures = first[first["png"].notna()]
    numbers = rows[rows["png"].isna()].groupby(["quantity", *by], sort=False, dropna=False)
    means = numbers.agg(
        components=("components", "first"),
        value=("value", "mean"),
        error=("error", "mean"),
        chance=("chance", "mean"),
        n=("n", "min"),
        runs=("run", "nunique"),
    )
    return means.reset_index(), pictures


def probe_words(values: pd.DataFrame) -> dict[str, tuple[str, bool]]:
    """The share that a probe reads of each feature in z, in words, and whether that is well above chance."""
    rows = values[values["quantity"] == "read_by_probe"]
    return {
        str(row["feature"]): (
            f"{row['value']:.2f}, chance {row['chance']:.2f}",
            row["value"] - row["chance"] >= KNOWN_ABOVE,
        )
        for row in rows.to_dict("records")
    }
