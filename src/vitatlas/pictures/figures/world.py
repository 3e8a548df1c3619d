"""The picture world: scenes with their names, what they consist of, counterfactuals, and the groups of Waterbirds."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from PIL import Image

from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, letter, new_figure, wrapped
from vitatlas.pictures.artifacts import ArtifactSpec

COLUMNS = ["block", "row", "column", "name", "png"]
ACROSS = 6  # pictures of the overview beside one another
LETTERS = 9  # of a name per line, in lines of pictures
PARTS = {"picture": "picture", "alone": "object", "background": "background", "mask": "mask"}
CHANGED = {"none": "a scene", "color": "other colour", "row": "other row", "column": "other column"}
HEIGHTS = (5.35, 2.75, 0.95, 1.0)  # inches, of the blocks


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: columns `COLUMNS`, as the job wrote them."""
    return table[COLUMNS].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    figure = new_figure(COLUMN, sum(HEIGHTS), None)
    blocks = figure.subfigures(len(HEIGHTS), 1, squeeze=False, height_ratios=HEIGHTS)[:, 0]
    drawn = dict(list(values.groupby("block", sort=False)))
    _overview(blocks[0], drawn["overview"])
    _parts(blocks[1], drawn["parts"])
    changed = drawn["changed"]
    names = [CHANGED.get(name, f"other {name}") for name in changed["name"]]
    _line(blocks[2], changed, names, "One attribute changed", 2)
    birds = drawn["birds"]
    _line(blocks[3], birds, birds["name"].tolist(), "Groups of Waterbirds: classes that no encoder is taught", 3)
    return figure


def _title(block: SubFigure, text: str, index: int) -> None:
    block.suptitle(f"({letter(index)}) {text}", fontsize=8)


def _overview(block: SubFigure, rows: pd.DataFrame) -> None:
    _title(block, "Scenes", 0)
    grid = block.subplots(-(-len(rows) // ACROSS), ACROSS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, name in zip(grid.flat, rows["png"], rows["name"], strict=False):
        _show(axes, picture, name)


def _parts(block: SubFigure, rows: pd.DataFrame) -> None:
    _title(block, "What a scene consists of", 1)
    grid = block.subplots(len(PARTS), int(rows["column"].max()) + 1, squeeze=False)
    for line, (part, name) in zip(grid, PARTS.items(), strict=True):
        for axes, picture in zip(line, rows.loc[rows["name"] == part, "png"], strict=True):
            _show(axes, picture, "")
        line[0].set_ylabel(name)


def _line(block: SubFigure, rows: pd.DataFrame, names: list[str], title: str, index: int) -> None:
    _title(block, title, index)
    grid = block.subplots(1, len(rows), squeeze=False)[0]
    for axes, picture, name in zip(grid, rows["png"], names, strict=True):
        _show(axes, picture, wrapped(name, LETTERS))


def _show(axes: Axes, picture: bytes, name: str) -> None:
    axes.set_axis_on()
    axes.imshow(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")), interpolation="none")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="grey-70", linewidth=0.5)
    if name:
        axes.set_xlabel(name, fontsize=fitted(SMALLEST), labelpad=2)
