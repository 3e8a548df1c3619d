"""The shapes and colours of which objects are made (figure 7)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.style import QUIET, new_figure
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.figures.stimuli import show

# What is shown of each item: shapes large and clean, colors as models see them, with their noise.
PICTURE = {"shape": "png", "color": "sprite"}
TITLES = {"shape": "Shapes", "color": "Colours"}
ROWS, KNOWN, NOVEL = 2, 8, 2  # rows; columns of trained and of held-out items


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
    figure = new_figure(6.6, 3.9, None)
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
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, name in zip(grid.flat, rows["png"], rows["name"], strict=False):
        axes.set_axis_on()
        show(axes, picture)
        axes.set_xlabel(name, fontsize=6, color=QUIET, labelpad=2)
