"""Heat-maps of heads over the tokens of pictures (figures 5, 13 to 16), and how well they fit masks.

Above, a row per picture: the picture, then a map per feature over its grey version. Below, the average precision of
such maps on many pictures, beside its controls.

`picture_with_maps` draws one such row into any axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.pixels import pixels, show
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure, wrapped
from vitatlas.components.artifacts import ArtifactSpec, PanelSpec
from vitatlas.components.figures.token_map_precision import panel, precision_values
from vitatlas.components.figures.token_map_scale import scaled
from vitatlas.components.rows import held, rows_of
from vitatlas.components.words import WORDS

COLORS = "heads"  # of the palette: blue below 0, red above
OVERLAY = 0.7
LETTERS = 20  # of the words below a map, per line
ROW, PANEL = 1.62, 1.75  # inches
COLUMNS = [
    "part",
    "model",
    "title",
    "untrained",
    "probe",
    "picture",
    "feature",
    "text",
    "name",
    "held",
    "row",
    "column",
]
COLUMNS += ["value", "scale", "control", "error", "n", "runs", "png"]
PICTURE, CELL = "picture", "cell"


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of heat-maps and of scores.

    Returns:
        `COLUMNS`: a row per picture that is shown (`part` is `picture`), with its PNG; a row per cell of a map
        (`cell`), with the value that is drawn, between -1 and 1, and the scale that it was divided by; a row per
        feature and control of the average precision (`precision`). Maps are those of the first panel's first run.
        `held`: whether the representation holds the feature; a map of what it does not hold says nothing, and is not
        drawn.

    Raises:
        UserError: A panel has no rows.
    """
    parts = [_maps(table, spec.panels[0]), *(precision_values(table, panel) for panel in spec.panels)]
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    probes = values.loc[values["part"] == PICTURE, "probe"].tolist()
    measured = values[values["part"] == "precision"]
    heights = [ROW * len(probes), PANEL] if len(measured) else [ROW * len(probes)]
    figure = new_figure(COLUMN, sum(heights), spec.tier_note)
    blocks = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    across = 1 + max(_features(values, probe) for probe in probes)
    grid = blocks[0].subplots(len(probes), across, squeeze=False)
    for line, probe in zip(grid, probes, strict=True):
        picture_with_maps(line, values[values["probe"] == probe])
    bar = blocks[0].colorbar(grid[0, -1].images[-1], ax=grid, shrink=0.6, aspect=30, ticks=[-1, 0, 1])
    bar.set_label("a token's share, on each map's own scale", fontsize=fitted(SMALLEST))
    bar.solids.set(alpha=1)
    if len(measured):
        panel(blocks[1].subplots(), measured)
    return figure


def picture_with_maps(line: Sequence[Axes], rows: pd.DataFrame) -> None:
    """Draw one picture into the first of the axes, and its maps into those that follow; axes left over stay empty.

    Args:
        line: One more than there are features, or more.
        rows: Of one probe, as `values` returns them.
    """
    png = rows.loc[rows["part"] == PICTURE, "png"].iloc[0]
    for axes in line:
        axes.set_axis_off()
    line[0].set_axis_on()
    show(line[0], png)
    for axes, (_, cells) in zip(line[1:], _by_feature(rows), strict=False):
        axes.set_axis_on()
        _map(axes, png, cells)


def _maps(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """Rows of the pictures and of the cells of their maps."""
    shown = rows_of(table, panel, "map")
    shown = shown[shown["run"] == shown["run"].min()]
    known = held(table, panel)
    rows: list[dict[str, object]] = []
    for (probe, picture), found in shown.groupby(["probe", "picture"], sort=False):
        about = {"probe": int(probe), "picture": picture}
        rows.append({"part": PICTURE, **about, "png": found["png"].iloc[0]})
        for cell in found.itertuples():
            named = {"feature": cell.feature, "text": cell.text, "name": cell.reference}
            named |= {"held": known.get(str(cell.feature), True)}
            rows += [{"part": CELL, **about, **named, **one} for one in _cells(cell.map, int(cell.columns))]
    return pd.DataFrame(rows).assign(model=panel.model, title=panel.title, untrained=panel.untrained)


def _cells(values: Iterable[float], columns: int) -> list[dict[str, float]]:
    drawn, scale = scaled(values)
    return [
        {"row": place // columns, "column": place % columns, "value": float(value), "scale": scale}
        for place, value in enumerate(drawn)
    ]


def _by_feature(rows: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return rows[rows["part"] == CELL].groupby("feature", sort=False)


def _features(values: pd.DataFrame, probe: int) -> int:
    return int(values.loc[(values["probe"] == probe) & (values["part"] == CELL), "feature"].nunique())


def _map(axes: Axes, png: bytes, cells: pd.DataFrame) -> None:
    """One map over the grey picture; without colours where the representation does not hold the feature."""
    grey = pixels(png).mean(axis=2)
    height, width = grey.shape
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255, interpolation="none")
    is_held = bool(cells["held"].iloc[0])
    drawn = cells.pivot(index="row", columns="column", values="value").to_numpy(dtype=float)
    axes.imshow(
        drawn,
        cmap=COLORS,
        vmin=-1,
        vmax=1,
        alpha=OVERLAY if is_held else 0,
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
        interpolation="bilinear",
    )
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="grey-70", linewidth=0.5)
    first = cells.iloc[0]
    feature, text = (WORDS.get(str(first[key]), str(first[key])) for key in ("feature", "text"))
    lines = [f"{feature}: {text}", str(first["name"]) if is_held else "not held by z"]
    axes.set_xlabel("\n".join(wrapped(line, LETTERS) for line in lines), fontsize=fitted(SMALLEST), labelpad=2)
