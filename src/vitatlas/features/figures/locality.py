"""How local maps of units are, by depth and network, beside controls (our reading of appendix F).

First, what needs no truth: of units drawn at random, on pictures drawn at random and, where choosing them matters, on
the units' top ones. Then how maps fit the mask of the
object: of units that are selective for something on it, or for the place, on their top pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.maps.over_units import FEWEST, over_units
from vitatlas.statistics.students_t import quantile

COLUMNS = ["model", "title", "untrained", "panel", "quantity", "control", "chosen", "layer", "depth"]
COLUMNS += ["value", "half_width", "n", "runs"]
AREA, SHUFFLED, ALSO = "area", "shuffled", "also"
LOWEST = 0.4  # on axes of areas under curves, unless something is lower


@dataclass(frozen=True)
class Shown:
    """One panel.

    Attributes:
        title: Its title.
        chosen: On which pictures.
        also: On which others too.
        guess: What guessing reaches, where it is the same everywhere.
        controls: What is drawn beside it: pairs of quantity and control.
    """

    title: str
    chosen: str = "random"
    also: str = ""
    guess: float | None = None
    controls: tuple[tuple[str, str], ...] = ()


PANELS = {
    "variation": Shown("Coefficient of variation", also="mean"),
    "above_half": Shown("Share above half peak", also="mean"),
    "token_cosine": Shown("Cosine of patches"),
    "moran": Shown("Moran’s I"),
    "relocation": Shown("Follows the picture"),
    "pointing": Shown("Peak on the object", "maximum", controls=(("pointing", SHUFFLED), (AREA, ""))),
    "auc": Shown("AUC for the object", "maximum", guess=0.5, controls=(("auc", SHUFFLED),)),
    "auc_off": Shown("AUC for what is off it", "mean", guess=0.5, controls=(("auc_off", SHUFFLED),)),
}
"""By quantity, in order."""

LOOKS: tuple[dict[str, Any], ...] = (
    {"color": "blue-hue", "marker": "o"},
    {"color": "orange-hue", "marker": "s"},
    {"color": "green-hue", "marker": "^"},
    {"color": "plum-hue", "marker": "D"},
    {"color": "violet-hue", "marker": "v"},
)
UNTRAINED: dict[str, Any] = {"color": "grey-45", "marker": "o", "mfc": "page"}
CONTROLS: dict[str, dict[str, Any]] = {
    SHUFFLED: {"ls": (0, (1, 1.2)), "lw": 1.0},
    ALSO: {"ls": (0, (4, 1.5)), "lw": 1.0},
    AREA: {"ls": "none", "marker": "_", "ms": 5, "mew": 1.0},
}
GUESS: dict[str, Any] = {"color": "grey-60", "lw": 0.8, "ls": (0, (4, 2)), "zorder": 1}
HEIGHT = 4.9  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of locality.

    Returns:
        `COLUMNS`, a row per network, panel, layer and control (empty for the thing itself): the mean over n units and
        over runs, and half of its 95 % interval over units, from Student's t; of `token_cosine` both are over pictures.
        Means of fewer than `FEWEST` are left out. `depth` is the share of layers passed.

    Raises:
        UserError: A network has no rows.
    """
    parts = []
    for panel in {panel.model: panel for panel in spec.panels}.values():
        rows = over_units(rows_where(table, {"model": panel.model}))
        layers = int(rows["layer"].max()) + 1
        rows = rows.assign(depth=(rows["layer"] + 1) / layers)
        about: dict[str, Any] = {"model": panel.model, "title": panel.title, "untrained": panel.untrained}
        parts += [_over_runs(some).assign(panel=name, **about) for name, some in _by_panel(rows)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    values = values.assign(control=values["control"].fillna(""))  # a CSV has no empty words
    figure = new_figure(COLUMN, HEIGHT, spec.tier_note)
    grid = figure.subplots(3, 3).ravel()
    looks = _looks(values)
    shown = [name for name in PANELS if name in set(values["panel"])]
    for index, (axes, name) in enumerate(zip(grid, shown, strict=False)):
        _curves(axes, name, values[values["panel"] == name], looks)
        panel_title(axes, PANELS[name].title, index)
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    for axes in grid[max(len(shown) - 3, 0) : len(shown)]:
        axes.set_xlabel("Share of layers passed")
    _legend(grid[-1], looks, shown)
    return figure


def _by_panel(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    found = []
    for name, panel in PANELS.items():
        pairs = [(name, ""), *panel.controls]
        wanted = pd.Series([pair in pairs for pair in zip(rows["quantity"], rows["control"], strict=True)], rows.index)
        some = rows[wanted & rows["chosen"].isin([panel.chosen, panel.also]) & (rows["n"] >= FEWEST)]
        if len(some):
            found.append((name, some))
    return found


def _over_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over runs of values and of half-widths."""
    freedoms = rows["n"].astype(int) - 1
    rows = rows.assign(half_width=rows["error"] * freedoms.map(lambda freedom: quantile(0.975, freedom)))
    grouped = rows.groupby(["quantity", "control", "chosen", "layer", "depth"], sort=True)
    return grouped.agg(
        value=("value", "mean"), half_width=("half_width", "mean"), n=("n", "min"), runs=("run", "nunique")
    ).reset_index()


def _looks(values: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By title, how a network is drawn."""
    trained = cycle(LOOKS)
    named = values.drop_duplicates("title")[["title", "untrained"]].itertuples(index=False)
    return {str(title): UNTRAINED if untrained else next(trained) for title, untrained in named}


def _curves(axes: Axes, name: str, values: pd.DataFrame, looks: dict[str, dict[str, Any]]) -> None:
    if (guess := PANELS[name].guess) is not None:
        axes.axhline(guess, **GUESS)
    for title, rows in values.groupby("title", sort=False):
        look = looks[str(title)]
        for (quantity, control, chosen), curve in rows.groupby(["quantity", "control", "chosen"], sort=False):
            curve = curve.set_index("layer")
            curve = curve.reindex(range(curve.index.min(), curve.index.max() + 1))  # no line over missing layers
            kind = AREA if quantity == AREA else ALSO if chosen == PANELS[name].also else str(control)
            if kind:
                axes.plot(curve["depth"], curve["value"], color=look["color"], zorder=2, **CONTROLS[kind])
                continue
            axes.errorbar(curve["depth"], curve["value"], curve["half_width"], lw=1.2, ms=3, elinewidth=0.8, **look)
    axes.set(xlim=(0, 1.05), xticks=[0, 0.5, 1])
    if guess is not None:
        axes.set_ylim(min(LOWEST, (values["value"] - values["half_width"]).min() - 0.02), 1.03)
    elif name == "pointing":
        axes.set_ylim(0, 1.03)
    elif name not in ("moran", "relocation"):
        axes.set_ylim(bottom=0)


def _legend(axes: Axes, looks: dict[str, dict[str, Any]], shown: list[str]) -> None:
    handles = [Line2D([], [], lw=1.2, ms=3.5, label=title, **look) for title, look in looks.items()]
    if any(PANELS[name].also for name in shown):
        handles.append(Line2D([], [], color="ink", label="on top pictures", **CONTROLS[ALSO]))
    if any(PANELS[name].controls for name in shown):
        handles.append(Line2D([], [], color="ink", label="masks of other pictures", **CONTROLS[SHUFFLED]))
        handles.append(Line2D([], [], color="ink", label="share of patches on it", **CONTROLS[AREA]))
        handles.append(Line2D([], [], label="guessing", **{**GUESS, "zorder": 2}))
    axes.legend(handles=handles, loc="center", borderaxespad=0)
