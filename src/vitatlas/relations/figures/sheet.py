"""The shapes and colours of which objects are made (figure 7)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.pixels import show
from vitatlas.artifacts.style import COLUMN, QUIET, fitted, new_figure, wrapped
from vitatlas.relations.artifacts import ArtifactSpec

# What is shown of each item: shapes large and clean, colors as models see them, with their noise.
PICTURE = {"shape": "png", "color": "sprite"}
TITLES = {"shape": "Shapes", "color": "Colours"}
ROWS, KNOWN, NOVEL = 2, 8, 2  # rows; columns of trained and of held-out items
LETTERS = 9  # of a name per line; all names take two lines, so that pictures stand in rows


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn.

    Args:
        table: The sheet: item (shape or color), id, name, ood, png, sprite.

    Returns:
        Columns item, id, name, ood, png.
    """
    parts = [table[table["item"] == item].assign(png=table[picture]) for item, picture in PICTURE.items()]
    return pd.concat(parts, ignore_index=True)[["item", "id", "name", "ood", "png"]]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    figure = new_figure(COLUMN, 3.5, None)
    blocks = figure.subfigures(len(PICTURE), 2, squeeze=False, width_ratios=(KNOWN, NOVEL))
    for row, item in enumerate(PICTURE):
        of_item = values[values["item"] == item]
        known, novel = of_item[~of_item["ood"]], of_item[of_item["ood"]]
        _block(blocks[row, 0], known, KNOWN, f"({'ab'[row]}) {TITLES[item]}")
        _block(blocks[row, 1], novel, NOVEL, "out of distribution")
    return figure


def _block(block: SubFigure, rows: pd.DataFrame, across: int, title: str) -> None:
    block.suptitle(title, fontsize=8)
    grid = block.subplots(ROWS, across, squeeze=False)
    names = [wrapped(name, LETTERS) for name in rows["name"]]
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, name in zip(grid.flat, rows["png"], names, strict=False):
        axes.set_axis_on()
        show(axes, picture)
        axes.set_xlabel(name if "\n" in name else f"{name}\n", fontsize=fitted(7), color=QUIET, labelpad=2)
