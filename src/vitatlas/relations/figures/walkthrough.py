"""One image on its way through a model (figure 22): where a few heads look, from within objects to the background.

One column per head, from early to late roles; one row per origin: each object, then the class token. Shades are the
attention that a patch gets from the origin, mean over the origin's tokens; an arrow leads from each token of an object
to the patch that it attends to most. Below each panel stands how much goes where, and above each column, where most of
the objects' attention goes: both are counted in this image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vitatlas.artifacts.pixels import pixels, show
from vitatlas.artifacts.style import fitted, new_figure, wrapped
from vitatlas.relations.artifacts import SEEN, ArtifactSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.figures.note import note_above
from vitatlas.relations.figures.reasons import chance_line, say
from vitatlas.relations.figures.walkthrough_masses import CLASS_TOKEN, masses, most, written
from vitatlas.relations.rows import rows_of

SHADES = "attention"
SIDE = 1.08  # inches, of a panel
COLUMNS = ["part", "model", "role", "layer", "head", "query_set", "query_token", "key_set", "key_token"]
COLUMNS += ["value", "runs", "png"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the walk-through (role, layer, head, query_set, query_token, key_set, key_token, value, png) and
            of behaviour.

    Returns:
        Columns part, model, role, layer, head, query_set, query_token, key_set, key_token, value, runs, png. By part:
        `image`, the PNG; `token`, the patches of each object; `shade`, the attention from a set of tokens to each
        patch, mean over the set; `mass`, the same to each set of tokens as a whole; `line`, each object token's
        strongest patch; and `at chance`, the model's accuracy, where it is.

    Raises:
        UserError: The table has no row of the panel.
    """
    panel = spec.panels[0]
    rows = rows_of(table, panel)
    rows = rows[rows["role"].notna()]
    head = ["role", "layer", "head", "query_set"]
    shades = rows.groupby([*head, "key_set", "key_token"], sort=False)["value"].mean().reset_index()
    patches = rows[(rows["key_token"] >= 0) & (rows["query_token"] >= 0)]
    lines = patches.loc[patches.groupby([*head, "query_token"], sort=False)["value"].idxmax()]
    objects = patches.drop_duplicates(["query_set", "query_token"])[["query_set", "query_token"]]
    parts = {
        "image": pd.DataFrame({"png": [rows["png"].iloc[0]]}),
        "token": objects,
        "shade": shades[shades["key_token"] >= 0].assign(runs=1),
        "mass": shades.groupby([*head, "key_set"], sort=False)["value"].sum().reset_index().assign(runs=1),
        "line": lines.drop(columns=["png", "run"]),
    }
    low = chance_rows(table, panel, spec.measured(SEEN))
    drawn = pd.concat([*(frame.assign(part=part) for part, frame in parts.items()), low], ignore_index=True)
    whole = dict.fromkeys(("layer", "head", "query_token", "key_token"), "Int64")
    return drawn.assign(model=panel.model).reindex(columns=COLUMNS).astype(whole)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    geometry = spec.panels[0].geometry
    shades, found = values[values["part"] == "shade"], masses(values)
    heads = shades.drop_duplicates("role")
    origins = sorted(shades["query_set"].unique(), key=lambda name: (name == CLASS_TOKEN, name))
    height = (SIDE + 0.3) * len(origins) + 1.2
    figure = new_figure(SIDE * (len(heads) + 1), height, note_above(values, spec))
    grid = figure.subplots(len(origins), len(heads) + 1, squeeze=False)
    _input(list(grid[:, 0]), values, geometry)
    for column, head in enumerate(heads.itertuples(), start=1):
        of_head = values[values["role"] == head.role]
        grid[0, column].set_title(f"layer {head.layer}, head {head.head}\n{wrapped(most(found, str(head.role)), 18)}")
        for row, origin in enumerate(origins):
            mesh = _panel(grid[row, column], values, of_head[of_head["query_set"] == origin], geometry)
            grid[row, column].set_xlabel(written(found, str(head.role), origin), fontsize=fitted(7), labelpad=2)
    for row, origin in enumerate(origins):
        grid[row, 1].set_ylabel(f"from {'the ' if origin == CLASS_TOKEN else ''}{origin}")
    look: dict[str, Any] = {"location": "bottom", "aspect": 40, "shrink": 0.8, "ticks": [0, 0.05, 0.25, 0.5, 1]}
    bar = figure.colorbar(mesh, ax=grid[-1, 1:], **look)
    bar.set_label("attention to a patch (scale of square roots)")
    bar.outline.set_linewidth(0.4)
    return figure


def _input(column: Sequence[Axes], values: pd.DataFrame, geometry: Geometry) -> None:
    """The image with its grid of patches at the top of the first column; the rest of the column is empty, but for what
    there is to say of the model."""
    top, *rest = column
    for axes in rest:
        axes.set_axis_off()
    reason = chance_line(values)
    if reason is not None:
        say(rest[0], reason, SIDE)
    show(top, values["png"].iloc[0])
    for edge in range(geometry.patch, geometry.canvas, geometry.patch):
        top.axhline(edge - 0.5, color="0.8", lw=0.3)
        top.axvline(edge - 0.5, color="0.8", lw=0.3)
    tokens = values[values["part"] == "token"]
    for name, group in tokens.groupby("query_set"):
        left, upper = _outline(top, group["query_token"], geometry)
        label = {"facecolor": "black", "edgecolor": "none", "boxstyle": "square,pad=0.1"}
        look: dict[str, Any] = {"fontsize": fitted(7), "color": "white", "ha": "left", "va": "top", "bbox": label}
        top.text(left, upper, str(name).removeprefix("object "), **look)
    top.set_title("input, its patches\nand objects")


def _panel(axes: Axes, values: pd.DataFrame, rows: pd.DataFrame, geometry: Geometry) -> Any:
    """One head and one origin: shaded patches, outlines of objects, lines; returns the shades' mappable."""
    picture = values["png"].iloc[0]
    show(axes, picture)
    shades = rows[rows["part"] == "shade"].sort_values("key_token")["value"].to_numpy()
    extent = (-0.5, geometry.canvas - 0.5, geometry.canvas - 0.5, -0.5)
    grid = shades.reshape(geometry.grid, geometry.grid)
    mesh = axes.imshow(grid, cmap=SHADES, norm=PowerNorm(0.5, 0, 1), extent=extent, interpolation="none")
    drawn = (pixels(picture) < 255).any(axis=-1)
    axes.contour(drawn, levels=[0.5], colors="grey-45", linewidths=0.5)
    origin = rows["query_set"].iloc[0]
    for name, group in values[values["part"] == "token"].groupby("query_set"):
        _outline(axes, group["query_token"], geometry, thickness=1.5 if name == origin else 0.6)
    lines = rows[rows["part"] == "line"]
    from_x, from_y = _centres(lines["query_token"], geometry)
    to_x, to_y = _centres(lines["key_token"], geometry)
    for line in zip(from_x, from_y, to_x, to_y, strict=True):
        _arrow(axes, *line)
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
