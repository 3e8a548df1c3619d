"""Top-5 on pictures without their object, and without all else: what it rests on, what the place adds, and how
transformers differ from convolutional networks of like accuracy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.answered import NEUTRAL, main_part, measured, over_runs
from vitatlas.features.artifacts import ArtifactSpec, PanelSpec
from vitatlas.features.figures.networks import about, distinct, looks
from vitatlas.features.figures.reliance_pairs import BOTH_RIGHT, gains, pairs
from vitatlas.features.reliance.conditions import FULL, Masking

COLUMNS = ["what", "model", "title", "convolutional", "untrained", "other", "shown", "mask", "fill"]
COLUMNS += ["value", "low", "high", "chance", "full", "n", "runs"]
WHATS = {"accuracy": "Normalised top-5", "gain": "Added by the place", "pair": "Transformer − CNN"}
AROUND, BETWEEN, EACH = 1.5, 0.15, 0.085  # inches: around the charts, per way of showing, and per network in it
ZERO: dict[str, Any] = {"color": "grey-60", "lw": 0.8, "zorder": 1}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses `masked` and `masked_hits`.

    Returns:
        `COLUMNS`, in points of a hundred, means over runs with 95 % intervals over pictures, by `what`. accuracy:
        normalised top-5 of a network, of an untrained one top-5 as it is. gain: by how much it is higher than on the
        neutral set, of backgrounds, where there is such a set. pair: a transformer minus the convolutional network
        (`other`) of nearest top-1 on full pictures, on the same pictures; `full` says on which. Elsewhere `full` is
        top-1 on full pictures.

    Raises:
        UserError: A network has no rows.
    """
    accuracies = measured(table)
    part = main_part(accuracies["part"])
    panels = distinct(spec.panels)
    ways = _ways(accuracies[accuracies["part"] == part])
    full = {panel.model: _full(accuracies, panel, part) for panel in panels}
    parts = [_accuracies(accuracies, panel, part).assign(full=full[panel.model]) for panel in panels]
    trained = [panel for panel in panels if not panel.untrained]
    if NEUTRAL in set(accuracies["part"]):
        parts += [pd.DataFrame(gains(table, panel, part, ways)).assign(full=full[panel.model]) for panel in trained]
    parts.append(pd.DataFrame(_paired(table, trained, full, part, ways)))
    found = pd.concat(parts, ignore_index=True)
    return found.reindex(columns=COLUMNS)


def _ways(rows: pd.DataFrame) -> list[Masking]:
    """The ways in which pictures are shown, without full ones: foregrounds, then backgrounds, then scenes."""
    found = [Masking(*way) for way in rows[["shown", "mask", "fill"]].drop_duplicates().to_numpy()]
    order = ("foreground", "background", "scene")
    return sorted((way for way in found if way.shown != FULL), key=lambda way: order.index(way.shown))


def _full(table: pd.DataFrame, panel: PanelSpec, part: str) -> float:
    """Top-1 on full pictures."""
    found = rows_where(table, {"model": panel.model, "part": part, "shown": FULL, "measure": "top1"})
    return float(found["value"].mean())


def _accuracies(table: pd.DataFrame, panel: PanelSpec, part: str) -> pd.DataFrame:
    """Normalised top-5; of an untrained network, which has no accuracy to divide by, top-5 as it is."""
    measure, scale = ("top5", 100.0) if panel.untrained else ("normalised_top5", 1.0)
    rows = rows_where(table, {"model": panel.model, "part": part})
    chance = 100 * float(rows.loc[rows["measure"] == "top5", "chance"].iloc[0])
    chosen = rows[(rows["measure"] == measure) & (rows["shown"] != FULL)]
    means = over_runs(chosen, ["shown", "mask", "fill"])
    means[["value", "low", "high"]] *= scale
    return means.assign(what="accuracy", chance=chance, **about(panel))


def _paired(
    table: pd.DataFrame, panels: list[PanelSpec], full: dict[str, float], part: str, ways: list[Masking]
) -> Iterator[dict[str, Any]]:
    """Each transformer beside the convolutional network of nearest accuracy."""
    convolutional = [panel for panel in panels if panel.convolutional]
    for panel in panels:
        if convolutional and not panel.convolutional:
            other = min(convolutional, key=lambda one: abs(full[one.model] - full[panel.model]))
            yield from pairs(table, panel, other, part, ways)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    values = values.fillna({"mask": "", "fill": ""})
    of = looks(values)
    accuracies = values[values["what"] == "accuracy"]
    ways = [Masking(*way) for way in accuracies[["shown", "mask", "fill"]].drop_duplicates().to_numpy()]
    order = sorted(ways, key=lambda way: ("foreground", "background", "scene").index(way.shown))
    shown = [what for what in WHATS if what in set(values["what"])]
    height = AROUND + len(order) * (BETWEEN + EACH * len(of))
    figure = new_figure(COLUMN, height, spec.tier_note)
    grid = figure.subplots(1, len(shown), squeeze=False, sharey=True, width_ratios=[1.35, *[1] * (len(shown) - 1)])[0]
    for index, (axes, what) in enumerate(zip(grid, shown, strict=True)):
        _marks(axes, values[values["what"] == what], order, of)
        panel_title(axes, WHATS[what], index)
        axes.set_xlabel("%" if what == "accuracy" else "points")
        if what != "accuracy":
            axes.axvline(0, **ZERO)
    grid[0].axvline(accuracies["chance"].iloc[0], ls=":", label="guessing", **ZERO)
    grid[0].set_xlim(0, 104)
    grid[0].set_yticks(range(len(order)), labels=[_words(way) for way in order])
    grid[0].set_ylim(len(order) - 0.5, -0.5)
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _words(way: Masking) -> str:
    if way.shown == "scene":
        return "scene without\nthe object"
    fill = "mean colour" if way.fill == "mean" else way.fill
    return f"{way.shown},\n{'boxes' if way.mask == 'boxes' else 'outlines'}, {fill}"


def _marks(axes: Axes, rows: pd.DataFrame, order: list[Masking], of: dict[str, dict[str, Any]]) -> None:
    """A mark per network in each row; of pairs a hollow one too, of the pictures that both name."""
    for place in range(0, len(order), 2):
        axes.axhspan(place - 0.5, place + 0.5, color="grey-97", lw=0, zorder=0)
    slot = 0.8 / len(of)
    for number, (title, look) in enumerate(of.items()):
        own = rows[rows["title"] == title]
        for row in own.to_dict("records"):
            hollow = row["full"] == BOTH_RIGHT
            at = order.index(Masking(row["shown"], row["mask"], row["fill"])) + slot * (number - (len(of) - 1) / 2)
            at += 0.3 * slot * ((row["what"] == "pair") * (1 if hollow else -1))
            reach = [[max(row["value"] - row["low"], 0)], [max(row["high"] - row["value"], 0)]]
            mark = {"fmt": look["marker"], "color": look["color"], "ms": 3.6, "mew": 0.8, "elinewidth": 0.8}
            axes.errorbar([row["value"]], [at], xerr=reach, mfc="page" if hollow else look["color"], **mark)
        if len(own) and rows["what"].iloc[0] == "accuracy":
            label = title if bool(own["untrained"].iloc[0]) else f"{title} ({float(own['full'].iloc[0]):.3f})"
            axes.plot([], [], look["marker"], color=look["color"], ms=3.6, ls="none", label=label)
    axes.tick_params(axis="y", length=0)
