"""One image on its way through a model (figure 22): where a few heads look, from within objects to the background.

One column per head, from early to late roles; one row per origin: each object, then the class token. Shades are the
attention that a patch gets from the origin, mean over the origin's tokens; an arrow leads from each token of an object
to the patch that it attends to most.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vitatlas.artifacts.style import QUIET, fitted, new_figure, wrapped
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.figures.stimuli import pixels, show
from vitatlas.relations.rows import rows_of

CLASS_TOKEN = "class token"
SHADES = "attention"
PALE = 0.55  # how far the image is faded towards white below the shades
COLUMNS = ["part", "role", "layer", "head", "query_set", "query_token", "key_set", "key_token", "value", "png"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the walk-through: role, layer, head, query_set, query_token, key_set, key_token, value, png.

    Returns:
        Columns part, role, layer, head, query_set, query_token, key_set, key_token, value, png. By part: `image`, the
        PNG; `token`, the patches of each object; `shade`, the attention from a set of tokens to each patch, mean over
        the set; `class token`, the same to the class token; `line`, each object token's strongest patch.

    Raises:
        UserError: The table has no row of the panel.
    """
    rows = rows_of(table, spec.panels[0])
    head = ["role", "layer", "head", "query_set"]
    shades = rows.groupby([*head, "key_set", "key_token"], sort=False)["value"].mean().reset_index()
    patches = rows[(rows["key_token"] >= 0) & (rows["query_token"] >= 0)]
    lines = patches.loc[patches.groupby([*head, "query_token"], sort=False)["value"].idxmax()]
    objects = patches.drop_duplicates(["query_set", "query_token"])[["query_set", "query_token"]]
    parts = {
        "image": pd.DataFrame({"png": [rows["png"].iloc[0]]}),
        "token": objects,
        "shade": shades[shades["key_token"] >= 0],
        "class token": shades[shades["key_set"] == CLASS_TOKEN],
        "line": lines.drop(columns="png"),
    }
    drawn = pd.concat([frame.assign(part=part) for part, frame in parts.items()], ignore_index=True)
    whole = dict.fromkeys(("layer", "head", "query_token", "key_token"), "Int64")
    return drawn.reindex(columns=COLUMNS).astype(whole)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    geometry = spec.panels[0].geometry
    shades = values[values["part"] == "shade"]
    heads = shades.drop_duplicates("role")
    origins = sorted(shades["query_set"].unique(), key=lambda name: (name == CLASS_TOKEN, name))
    figure = new_figure(1.3 * (len(heads) + 1) + 0.5, 1.3 * len(origins) + 0.75, spec.tier_note)
    grid = figure.subplots(len(origins), len(heads) + 1, squeeze=False)
    _input(grid[:, 0], values, geometry)
    for column, head in enumerate(heads.itertuples(), start=1):
        of_head = values[values["role"] == head.role]
        role = wrapped(str(head.role), 18)
        grid[0, column].set_title(f"layer {head.layer}, head {head.head}\n{role}", fontsize=7)
        for row, origin in enumerate(origins):
            mesh = _panel(grid[row, column], values, of_head[of_head["query_set"] == origin], geometry)
    for row, origin in enumerate(origins):
        grid[row, 1].set_ylabel(f"from {'the ' if origin == CLASS_TOKEN else ''}{origin}")
    bar = figure.colorbar(mesh, ax=grid[:, -1], aspect=25, shrink=0.8, ticks=[0, 0.05, 0.25, 0.5, 1])
    bar.set_label("attention")
    bar.outline.set_linewidth(0.4)
    return figure


def _input(column: Any, values: pd.DataFrame, geometry: Geometry) -> None:
    """The image with its grid of patches at the top of the first column; the rest of the column is empty."""
    top, *rest = column
    for axes in rest:
        axes.set_axis_off()
    show(top, values["png"].iloc[0])
    for edge in range(geometry.patch, geometry.canvas, geometry.patch):
        top.axhline(edge - 0.5, color="0.8", lw=0.3)
        top.axvline(edge - 0.5, color="0.8", lw=0.3)
    tokens = values[values["part"] == "token"]
    for name, group in tokens.groupby("query_set"):
        left, upper = _outline(top, group["query_token"], geometry)
        label = {"facecolor": "black", "edgecolor": "none", "boxstyle": "square,pad=0.15"}
        top.text(
            left, upper, str(name).removeprefix("object "), fontsize=4.5, color="white", ha="left", va="top", bbox=label
        )
    top.set_title("input, its patches\nand objects", fontsize=7)


def _panel(axes: Axes, values: pd.DataFrame, rows: pd.DataFrame, geometry: Geometry) -> Any:
    """One head and one origin: the faded image, shaded patches, lines; returns the shades' mappable."""
    show(axes, values["png"].iloc[0])
    axes.images[0].set_data((255 - (255 - pixels(values["png"].iloc[0]).astype(float)) * (1 - PALE)).astype(np.uint8))
    shades = rows[rows["part"] == "shade"].sort_values("key_token")["value"].to_numpy()
    extent = (-0.5, geometry.canvas - 0.5, geometry.canvas - 0.5, -0.5)
    norm = PowerNorm(0.5, 0, 1)
    grid = shades.reshape(geometry.grid, geometry.grid)
    mesh = axes.imshow(grid, cmap=SHADES, norm=norm, extent=extent, alpha=norm(grid) ** 0.7, interpolation="none")
    origin = rows["query_set"].iloc[0]
    for name, group in values[values["part"] == "token"].groupby("query_set"):
        _outline(axes, group["query_token"], geometry, thickness=1.5 if name == origin else 0.6)
    lines = rows[rows["part"] == "line"]
    from_x, from_y = _centres(lines["query_token"], geometry)
    to_x, to_y = _centres(lines["key_token"], geometry)
    for line in zip(from_x, from_y, to_x, to_y, strict=True):
        _arrow(axes, *line)
    to_class = rows.loc[rows["part"] == "class token", "value"].iloc[0]
    axes.set_xlabel(f"to the class token: {to_class:.2f}", fontsize=fitted(5.5), color=QUIET, labelpad=2)
    return mesh


def _arrow(axes: Axes, x: float, y: float, to_x: float, to_y: float) -> None:
    """From a token to another; a ring where it is the same."""
    if (x, y) == (to_x, to_y):
        axes.plot(x, y, "o", mfc="none", mec="black", ms=3, mew=0.6)
    else:
        style = {
            "arrowstyle": "-|>,head_width=0.12,head_length=0.25",
            "lw": 0.6,
            "color": "black",
            "shrinkA": 0,
            "shrinkB": 0,
        }
        axes.annotate("", (to_x, to_y), (x, y), arrowprops=style)


def _outline(axes: Axes, tokens: pd.Series, geometry: Geometry, thickness: float = 0.7) -> tuple[float, float]:
    """A frame around the patches of an object; returns its upper left corner."""
    x, y = _centres(tokens, geometry)
    left, top = x.min() - geometry.patch / 2, y.min() - geometry.patch / 2
    width, height = np.ptp(x) + geometry.patch, np.ptp(y) + geometry.patch
    axes.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor="black", lw=thickness))
    return left, top


def _centres(tokens: pd.Series, geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates of the middles of patches."""
    number = tokens.to_numpy(dtype=int)
    middle = geometry.patch / 2 - 0.5
    return number % geometry.grid * geometry.patch + middle, number // geometry.grid * geometry.patch + middle
