"""The method and its results at a glance (figure 1): a drawing; heat-maps of heads for three texts; and the pictures
nearest to a picture by the components of each feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.drawing import canvas
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import overview_scheme, token_maps
from vitatlas.components.figures.grid_cells import cell, empty, is_marked, mark_legend
from vitatlas.components.figures.overview_scheme import HEIGHT, WIDTH
from vitatlas.components.rows import rows_of
from vitatlas.components.words import WORDS

MAPS, FOUND = "maps", "found"
COLUMNS = ["block", *token_maps.COLUMNS, "quantity", "rank", "right"]
MAPPED = 3
"""Features whose maps and pictures are drawn; those of the first maps."""

NOTE, TITLE = 0.3, 0.24  # inches
PROBE, ROOM = 1.15, 0.34  # of the found pictures' width: the probe with its gap, and letters above a row


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers and pictures drawn, those of the first panel: `COLUMNS`.

    Args:
        table: Rows of the analyses of heat-maps, of scores and of the search by picture.

    Returns:
        `block` is `maps`: the first picture with maps, see `token_maps.values`; or `found`: the first probe, and the
        pictures nearest to it by each feature, see `grid_by_picture.values`.
    """
    panel = spec.panels[0]
    maps = token_maps.values(table, spec)
    maps = maps[maps["part"].isin([token_maps.PICTURE, token_maps.CELL]) & (maps["probe"] == maps["probe"].min())]
    found = rows_of(table, panel, "probe", "picture")
    found = found[(found["run"] == found["run"].min()) & (found["probe"] == 0)]
    parts = [maps.assign(block=MAPS), found.assign(block=FOUND, title=panel.title)]
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    maps, found = (values[values["block"] == block] for block in (MAPS, FOUND))
    features = maps["feature"].dropna().drop_duplicates().head(MAPPED)
    figure = new_figure(COLUMN, HEIGHT + NOTE, spec.tier_note)
    left, right = _halves(figure, 1, 2, width_ratios=[WIDTH, COLUMN - WIDTH])
    overview_scheme.draw(canvas(left, WIDTH, HEIGHT), maps.loc[maps["part"] == token_maps.PICTURE, "png"].iloc[0])
    above, below = _halves(right, 2, 1, height_ratios=[1, 2.05])
    shown = maps[maps["feature"].isna() | maps["feature"].isin(features)]
    line = above.subplots(1, 1 + len(features))
    token_maps.picture_with_maps(line, shown)
    for axes in line:
        axes.set_xlabel(axes.get_xlabel().replace(": ", ":\n"))
    above.suptitle(f"Tokens of one head for each text ({maps['title'].iloc[0]})", fontsize=fitted(SMALLEST))
    held = maps.dropna(subset=["feature"]).groupby("feature")["held"].first()
    _found(below, _of_features(found, features), held.to_dict())
    return figure


def _halves(block: Figure | SubFigure, rows: int, columns: int, **ratios: Any) -> list[SubFigure]:
    found: Any = block.subfigures(rows, columns, **ratios)
    return list(found)


def _of_features(found: pd.DataFrame, features: pd.Series) -> pd.DataFrame:
    """The probe, and what was found by these features; by all, where none of these was asked for."""
    wanted = found["feature"].isin(features)
    return found[found["feature"].isna() | wanted] if wanted.any() else found


def _found(block: SubFigure, rows: pd.DataFrame, held: Mapping[Any, Any]) -> None:
    """The probe at the left, a row of pictures per feature beside it.

    Args:
        held: Whether the representation holds a feature, as far as the maps tell.
    """
    pictures = rows[rows["quantity"] == "picture"]
    across, features = int(pictures["rank"].max()) + 1, list(dict.fromkeys(pictures["feature"]))
    axes = block.subplots()
    empty(axes, PROBE + across, len(features) * (1 + ROOM))
    cell(axes, rows[rows["quantity"] == "probe"].iloc[0].to_dict(), 0, ROOM, marked=0)
    for number, feature in enumerate(features):
        y = number * (1 + ROOM) + ROOM
        of_feature = pictures[pictures["feature"] == feature]
        name = WORDS.get(feature, feature) + ("" if held.get(feature, True) else " (not held by z)")
        axes.text(PROBE + 0.03, y - 0.06, name, va="bottom", fontsize=fitted(SMALLEST))
        for row in of_feature.to_dict("records"):
            cell(axes, row, PROBE + row["rank"], y, marked=4)
    block.suptitle("Pictures nearest to the first by components of a feature", fontsize=fitted(SMALLEST))
    if is_marked(pictures):
        marks = mark_legend("shares the feature", "does not")
        block.legend(handles=marks, loc="outside lower center", ncols=2, handlelength=1)
