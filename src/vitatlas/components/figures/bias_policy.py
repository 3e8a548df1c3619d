"""The change of components by the policy for biases: a row per encoder, a mark per component."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures.decodability import KINDS, MARKS
from vitatlas.statistics.ranks import spearman

CHANGES = {
    ("difference", "own"): "output biases\nwith their heads",
    ("difference", "uniform"): "all biases\nshared equally",
    ("refined", "uniform"): "all shared, heads\nsplit over tokens",
}
COLUMNS = ["model", "title", "quantity", "policy", "component", "name", "kind", "value", "order", "n", "runs"]
LIMITS = (1e-4, 1.0)
ROW, AROUND = 0.55, 1.3  # inches
SPREAD = 0.54  # of a row, over which its marks lie


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis `bias_policy`.

    Returns:
        `COLUMNS`, one row per panel, change and component, means over runs; `order` is Spearman's correlation, over
        components, of lengths by `separate` with those by `policy`.
    """
    parts = []
    for panel in spec.panels:
        rows = rows_where(table, {"model": panel.model})
        by = ["quantity", "policy", "component", "name", "kind"]
        means = rows.groupby(by, sort=False)["value"].mean().reset_index()
        wanted = [change in CHANGES for change in zip(means["quantity"], means["policy"], strict=True)]
        found = means[wanted]
        found = found.assign(order=found["policy"].map(_orders(means)))
        about = {"model": panel.model, "title": panel.title, "n": rows["n"].min(), "runs": rows["run"].nunique()}
        parts.append(found.assign(**about))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _orders(means: pd.DataFrame) -> dict[str, float]:
    """The agreement of each policy's order of components by length with that of `separate`."""
    lengths = means[means["quantity"] == "length"].pivot(index="component", columns="policy", values="value")
    return {policy: spearman(lengths["separate"], lengths[policy])[0] for policy in lengths.columns}


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    figure = new_figure(COLUMN, AROUND + ROW * len(titles), spec.tier_note)
    grid = figure.subplots(1, len(CHANGES), sharey=True)
    for index, (axes, ((quantity, policy), title)) in enumerate(zip(grid, CHANGES.items(), strict=True)):
        shown = values[(values["quantity"] == quantity) & (values["policy"] == policy)]
        for line, name in enumerate(titles):
            _line(axes, shown[shown["title"] == name], line)
        axes.set_xscale("log")
        axes.set_xlim(LIMITS[0] / 1.5, LIMITS[1] * 1.5)
        panel_title(axes, title, index)
    grid[0].set_yticks(range(len(titles)), labels=titles)
    grid[0].set_ylim(len(titles) - 0.5, -0.55)
    grid[1].set_xlabel("Change of a component, as a share of its length")
    kinds = [kind for kind in MARKS if kind in set(values["kind"])]
    handles = [grid[0].plot([], [], MARKS[kind][0], color=MARKS[kind][1], ms=3.5, ls="none")[0] for kind in kinds]
    figure.legend(handles, [KINDS[kind] for kind in kinds], loc="outside lower center", ncols=len(kinds))
    return figure


def _line(axes: Axes, components: pd.DataFrame, line: int) -> None:
    """The components of one encoder, in order from top to bottom; those beyond the axis stand at its ends."""
    places = line + SPREAD * (np.linspace(-0.5, 0.5, len(components)) if len(components) > 1 else np.zeros(1))
    at = components["value"].clip(*LIMITS)
    for kind, (marker, color) in MARKS.items():
        chosen = (components["kind"] == kind).to_numpy() & (components["value"] > 0).to_numpy()
        axes.plot(at[chosen], places[chosen], marker, ms=2.4, mew=0, color=color, ls="none", zorder=3)
    if len(components) and components["quantity"].iloc[0] == "difference":
        text = f"ρ {components['order'].iloc[0]:.3f}"
        axes.text(LIMITS[0], line - 0.38, text, va="center", fontsize=fitted(SMALLEST), color="grey-30")
