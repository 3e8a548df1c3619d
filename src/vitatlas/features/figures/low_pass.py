"""Top-1 without high frequencies (figure 16): as it is, and as a share of that on whole pictures, by the cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.answered import SEED, hits_of, main_part, mean_of, measured, over_runs
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.networks import about, distinct, looks
from vitatlas.features.reliance.compare import Hits, relative_area
from vitatlas.features.reliance.conditions import FILTERS
from vitatlas.features.reliance.resampled import interval

COLUMNS = ["model", "title", "convolutional", "untrained", "filter", "measure", "cycles"]
COLUMNS += ["value", "low", "high", "chance", "n", "runs", "area_from", "area_to"]
MEASURES = {"top1": "Top-1", "relative": "Top-1 / unfiltered"}
FILTER_TITLES = {"ideal": "ideal filter", "gaussian": "Gaussian filter"}
CURVES, ROW = 3.6, 0.27  # inches
CHANCE: dict[str, Any] = {"color": "grey-60", "lw": 0.8, "ls": ":", "zorder": 1}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses `low_pass` and `low_pass_hits`.

    Returns:
        `COLUMNS`, means over runs with 95 % intervals over pictures: of `top1` and `relative` one row per network,
        filter and cut-off; of `area`, the mean height of relative over the logarithm of the cut-off, one per network
        and filter, between the cut-offs `area_from` and `area_to` that all networks share.

    Raises:
        UserError: A network has no rows.
    """
    accuracies = measured(table)
    part = main_part(accuracies["part"])
    curves = []
    for panel in distinct(spec.panels):
        rows = rows_where(accuracies, {"model": panel.model, "part": part})
        rows = rows[rows["filter"].isin(FILTERS) & rows["measure"].isin(MEASURES)]
        means = over_runs(rows, ["filter", "measure", "rho", "cycles"]).assign(**about(panel))
        curves.append(means.sort_values("cycles", kind="stable"))
    areas = pd.DataFrame(_areas(table, part, curves))
    return pd.concat([*curves, areas], ignore_index=True)[COLUMNS]


def _areas(table: pd.DataFrame, part: str, curves: list[pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """One row per network and filter, of untrained networks none: their accuracy has nowhere to fall."""
    low = max(float(curve["cycles"].min()) for curve in curves)
    high = min(float(curve["cycles"].max()) for curve in curves)
    for curve in curves:
        first = curve.iloc[0]
        if first["untrained"]:
            continue
        side = round(2 * first["cycles"] / first["rho"])
        runs = hits_of(table, first["model"], side)
        known = {name: first[name] for name in ("model", "title", "convolutional", "untrained", "n", "runs")}
        for name in FILTERS:

            def area(hits: Hits, name: str = name) -> Any:
                return relative_area(hits, part, name, seed=SEED, low=low, high=high)

            found = interval(mean_of(runs, area))
            ends = {"area_from": low, "area_to": high}
            yield known | {"filter": name, "measure": "area", **found._asdict(), **ends}


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    of = looks(values)
    areas = values[values["measure"] == "area"]
    networks = list(dict.fromkeys(areas["title"]))
    height = 0.55 + ROW * len(networks)
    figure = new_figure(COLUMN, CURVES + height + 0.6, spec.tier_note)
    names: list[Any] = [[f"{measure} {name}" for name in FILTERS] for measure in MEASURES]
    grid = figure.subplot_mosaic([*names, ["area", "area"]], height_ratios=[CURVES / 2, CURVES / 2, height])
    for index, (measure, name) in enumerate((measure, name) for measure in MEASURES for name in FILTERS):
        axes = grid[f"{measure} {name}"]
        rows = values[(values["measure"] == measure) & (values["filter"] == name)]
        _curves(axes, rows, of, relative=measure == "relative")
        panel_title(axes, FILTER_TITLES[name], index)
        axes.set_ylabel(MEASURES[measure] if name == FILTERS[0] else "")
        axes.tick_params(labelleft=name == FILTERS[0])
        axes.set_xlabel("Cut-off (cycles per picture)" if measure == "relative" else "")
    _areas_drawn(grid["area"], areas, networks, of)
    handles, labels = grid[f"top1 {FILTERS[0]}"].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _curves(axes: Axes, rows: pd.DataFrame, of: dict[str, dict[str, Any]], *, relative: bool) -> None:
    for title, curve in rows.groupby("title", sort=False):
        if relative and bool(curve["untrained"].iloc[0]):
            continue
        look = of[str(title)] | {"ms": 2.4, "mew": 0}
        axes.plot(curve["cycles"], curve["value"], lw=1.1, label=str(title), **look)
        axes.fill_between(curve["cycles"], curve["low"], curve["high"], color=look["color"], alpha=0.15, lw=0)
    if not relative:
        axes.axhline(rows["chance"].mean(), **CHANCE, label="guessing")
    axes.set_xscale("log")
    axes.set_ylim(0, 1.08)
    places = [2, 4, 8, 16, 32, 64, 128, 256]
    low, high = rows["cycles"].min(), rows["cycles"].max()
    axes.set_xticks([place for place in places if low <= place <= high])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def _areas_drawn(axes: Axes, areas: pd.DataFrame, networks: list[str], of: dict[str, dict[str, Any]]) -> None:
    for row in areas.to_dict("records"):
        ideal = row["filter"] == FILTERS[0]
        look = of[row["title"]]
        place = networks.index(row["title"]) + (-0.13 if ideal else 0.13)
        reach = [[max(row["value"] - row["low"], 0)], [max(row["high"] - row["value"], 0)]]
        face = look["color"] if ideal else "page"
        shape = {"fmt": look["marker"], "ms": 4.5, "mfc": face, "mew": 0.9, "color": look["color"]}
        axes.errorbar([row["value"]], [place], xerr=reach, elinewidth=0.9, **shape)
    axes.set_yticks(range(len(networks)), labels=networks)
    axes.set(ylim=(len(networks) - 0.5, -0.5), xlim=(0, 1))
    low, high = areas["area_from"].iloc[0], areas["area_to"].iloc[0]
    axes.set_xlabel(f"Mean of top-1 / unfiltered, cut-offs {low:.3g} to {high:.3g} cycles, by logarithm")
    axes.grid(axis="x", color="grey-90", lw=0.5)
    axes.set_axisbelow(True)
    panel_title(axes, "Area under the relative curve: filled ideal, hollow Gaussian", 4)
