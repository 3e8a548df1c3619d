"""The picture world: scenes with their names, what they consist of, counterfactuals, and the groups of Waterbirds."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.pixels import show
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, letter, new_figure, wrapped
from vitatlas.pictures.artifacts import ArtifactSpec

COLUMNS = ["block", "row", "column", "name", "png"]
ACROSS = 8  # pictures beside one another
LETTERS = 12  # of a name per line
PARTS = {"picture": "picture", "alone": "object", "background": "background", "mask": "mask"}
TITLES = {
    "overview": "Scenes",
    "parts": "What a scene consists of",
    "changed": "One scene, and the same with one attribute changed",
    "birds": "Groups like those of Waterbirds: classes that no encoder is taught",
}
HEIGHTS = {"overview": 2.5, "parts": 2.75, "changed": 1.05, "birds": 1.05}  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: columns `COLUMNS`, as the job wrote them."""
    return table[COLUMNS].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    figure = new_figure(COLUMN, sum(HEIGHTS.values()), None)
    blocks = figure.subfigures(len(HEIGHTS), 1, squeeze=False, height_ratios=list(HEIGHTS.values()))[:, 0]
    for index, (block, name) in enumerate(zip(blocks, HEIGHTS, strict=True)):
        block.suptitle(f"({letter(index)}) {TITLES[name]}", fontsize=8)
        DRAWINGS[name](block, values[values["block"] == name])
    return figure


def _overview(block: SubFigure, rows: pd.DataFrame) -> None:
    grid = block.subplots(-(-len(rows) // ACROSS), ACROSS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, name in zip(grid.flat, rows["png"], rows["name"], strict=False):
        axes.set_axis_on()
        _named(axes, picture, name)


def _parts(block: SubFigure, rows: pd.DataFrame) -> None:
    grid = block.subplots(len(PARTS), int(rows["column"].max()) + 1, squeeze=False)
    for line, (part, name) in zip(grid, PARTS.items(), strict=True):
        for axes, picture in zip(line, rows.loc[rows["name"] == part, "png"], strict=True):
            show(axes, picture)
        line[0].set_ylabel(name)


def _changed(block: SubFigure, rows: pd.DataFrame) -> None:
    names = rows["name"].replace({"none": "the scene"}).str.replace("color", "colour").str.replace(": ", ":\n")
    _line(block, rows.assign(name=names))


def _line(block: SubFigure, rows: pd.DataFrame) -> None:
    grid = block.subplots(1, len(rows), squeeze=False)[0]
    for axes, picture, name in zip(grid, rows["png"], rows["name"], strict=True):
        _named(axes, picture, name)


def _named(axes: Axes, picture: bytes, name: str) -> None:
    show(axes, picture)
    lines = [wrapped(part, LETTERS) for part in name.split("\n")]
    axes.set_xlabel("\n".join(lines), fontsize=fitted(SMALLEST), labelpad=2)


DRAWINGS: dict[str, Callable[[SubFigure, pd.DataFrame], None]] = {
    "overview": _overview,
    "parts": _parts,
    "changed": _changed,
    "birds": _line,
}
