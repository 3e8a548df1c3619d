"""Scores against what a linear probe reads in each component: a row of charts per encoder, a column per feature."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.rows import held, rows_of
from vitatlas.components.words import WORDS

COLUMNS = [
    *("model", "title", "feature", "component", "name", "kind", "score", "decodability", "whole", "rho", "low", "high"),
    *("held", "runs", "n"),
]
MARKS = {"head": ("o", "blue-hue"), "mlp": ("s", "orange-hue"), "conv": ("^", "green-hue"), "init": ("D", "ink")}
KINDS = {"head": "head", "mlp": "MLP", "conv": "convolution", "init": "before the first block"}
SIDE = 0.95  # inches, of a chart


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: `COLUMNS`, one row per panel, feature and component; means over runs. `whole` is what a probe
    of the whole representation reads above chance; rho is Spearman's, with its 95 % interval over components."""
    parts = []
    for panel in spec.panels:
        own, known = rows_of(table, panel), held(table, panel)
        wide = own[own["quantity"].isin(["score", "decodability"])].pivot_table(
            index=["feature", "component", "name", "kind"], columns="quantity", values="value", sort=False
        )
        whole = wide.xs("z", level="name")["decodability"].droplevel(["component", "kind"])
        rows = wide.dropna().reset_index()
        order = own[own["quantity"] == "score_follows_decodability"].groupby("feature")[["value", "low", "high"]].mean()
        order.columns = pd.Index(["rho", "low", "high"])
        rows = rows.merge(order.reset_index(), on="feature")
        rows["whole"] = [float(whole[feature]) for feature in rows["feature"]]
        rows["held"] = [known[feature] for feature in rows["feature"]]
        about = {"model": panel.model, "title": panel.title, "runs": own["run"].nunique(), "n": own["n"].min()}
        parts.append(rows.assign(**about))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles, features = (list(dict.fromkeys(values[name])) for name in ("title", "feature"))
    figure = new_figure(COLUMN, 0.9 + SIDE * len(titles), spec.tier_note)
    grid = figure.subplots(len(titles), len(features), squeeze=False, sharex="col", sharey=True)
    for line, title in zip(grid, titles, strict=True):
        for axes, feature in zip(line, features, strict=True):
            _chart(axes, values[(values["title"] == title) & (values["feature"] == feature)])
        line[0].set_ylabel(title.replace(", ", ",\n"))
    for axes, feature in zip(grid[0], features, strict=True):
        axes.set_title(WORDS.get(feature, feature))
    grid[-1][len(features) // 2].set_xlabel("Read by a probe of the component, above chance (line: of the whole)")
    figure.supylabel("Score", fontsize="medium")
    shown = [kind for kind in MARKS if kind in set(values["kind"])]
    handles = [grid[0][0].plot([], [], MARKS[kind][0], color=MARKS[kind][1], ms=3.5, ls="none")[0] for kind in shown]
    figure.legend(handles, [KINDS[kind] for kind in shown], loc="outside lower center", ncols=len(shown))
    return figure


def _chart(axes: Axes, cells: pd.DataFrame) -> None:
    if cells.empty:
        axes.set_axis_off()
        return
    faint = not bool(cells["held"].iloc[0])
    for kind, part in cells.groupby("kind", sort=False):
        marker, color = MARKS[str(kind)]
        axes.plot(part["decodability"], part["score"], marker, ms=2.6, color="grey-70" if faint else color, ls="none")
    axes.axvline(cells["whole"].iloc[0], color="grey-60", lw=0.7, ls=":")
    first = cells.iloc[0]
    text = f"ρ {first['rho']:.2f}" + (", not held" if faint else "")
    axes.text(0.04, 0.97, text, transform=axes.transAxes, va="top", fontsize=fitted(SMALLEST), color="grey-30")
    axes.set_ylim(-0.65, 1.3)
    axes.set_yticks([-0.5, 0, 0.5, 1])
