"""Linear probes of whether a pair is the same, and interventions along their directions, per layer (figures 5, 14, 19,
36 to 39).

Each panel is a model on RMTS, in as many rows as scales of the intervention are asked for; at each layer stand three
bars: the probe's accuracy, the success of the intervention, and the control.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das_axes import (
    BASE_ERROR,
    CHANCE,
    EDGE,
    INTERVAL,
    LEGEND,
    SPREAD,
    bars,
    heading,
    paint,
    reference_handles,
    stage_bar,
)
from vitatlas.relations.figures.note import note_above, shared_below
from vitatlas.relations.figures.reasons import remark, say, warned_layers, why_empty

ANALYSIS = "linear probes"
QUANTITIES = ("probe", "intervention", "control")
MEAN = "mean"
PAIRS = ("display", "sample")
KEYS = ["quantity", "pair", "alpha"]
KEY_WIDTH, KEY_HEIGHT, ROW, EMPTY_ROW, NOTE = 1.45, 2.3, 1.95, 0.5, 0.3  # inches
# Blue, green and yellow of Okabe and Ito's palette, which differ in lightness too.
COLORS = {"probe": "blue-hue", "intervention": "green-hue", "control": "yellow-hue"}
HALF: dict[str, Any] = {"ls": "", "ms": 2.6, "mfc": "page", "mec": "ink", "mew": 0.5}
MARKERS = {"display": "^", "sample": "o"}
BESIDE = {"display": -0.25, "sample": 0.25}  # of a bar
BAR = 0.26  # of a layer


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of probes, of attention and of behaviour.

    Returns:
        Columns panel, model, task, setting, part, quantity, pair, alpha, layer, value, sd, runs, shared_below, warning,
        low, high. By part: `background`, how global a layer is; `success`, the mean over both pairs; `half`, one pair
        alone; `base error`; `chance`. Values are means over runs, with their standard deviation (missing for one run,
        and in layers whose weights all runs share); low and high bound the 95 % interval of the share of images, mean
        over runs. Of a model at chance, only `background` and `at chance`, its accuracy.

    Raises:
        UserError: A panel lacks rows: of attention, or of a layer, run, quantity, pair or scale; or has more than one
            for a bar.
    """
    frames = [_panel(table, spec, index, panel) for index, panel in enumerate(spec.panels)]
    return pd.concat(frames, ignore_index=True)


def _panel(table: pd.DataFrame, spec: ArtifactSpec, index: int, panel: PanelSpec) -> pd.DataFrame:
    empty = das_rows.at_chance(table, KEYS, index, panel, spec.measured(SEEN), ["low", "high"])
    if empty is not None:
        return empty
    alphas = spec.typed_options.alphas
    layers = das_rows.background(table, panel)
    rows = das_rows.measured(table, panel, "pair", ANALYSIS)
    where = das_rows.measured_layers(rows, layers, panel)
    keys = {"run": sorted(set(rows["run"])), "layer": where, "pair": [MEAN, *PAIRS]}
    probes, moved = rows[rows["quantity"] == "probe"], rows[rows["alpha"].isin(alphas)]
    das_rows.require(probes, keys, panel, ANALYSIS)
    wanted = keys | {"quantity": QUANTITIES[1:], "alpha": alphas}
    das_rows.require(moved, wanted, panel, "interventions along probes")
    shown = pd.concat([probes, moved], ignore_index=True)
    if shown.duplicated(["run", "layer", *KEYS]).any():
        raise UserError(
            f"more than one number of {ANALYSIS} for the same run, layer, quantity, pair and scale "
            f"(model '{panel.model}', task '{panel.task}', setting '{panel.setting}')",
            remedy="delete the analysis table and make it again",
        )
    bars = _over_runs(shown)
    parts = [layers, das_rows.chance(), _base_error(moved)]
    parts += [bars[bars["pair"] == MEAN].assign(part="success"), bars[bars["pair"] != MEAN].assign(part="half")]
    return das_rows.tidy(parts, KEYS, index, panel, shared_below(rows), ["low", "high"])


def _over_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per layer, quantity, pair and scale."""
    keys = [*KEYS, "layer"]
    filled = rows.assign(alpha=rows["alpha"].fillna(-1.0))  # grouping drops what is missing, as a probe's scale is
    texts = filled["warning"].where(filled["warning"].notna() | filled["value"].notna(), "no number")
    found = das_rows.over_runs(filled.assign(warning=texts), keys, "value")
    found = found.merge(filled.groupby(keys)[["low", "high"]].mean().reset_index())
    return found.assign(alpha=found["alpha"].where(found["alpha"] >= 0))


def _base_error(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of answers that are the flipped one to begin with, over runs."""
    per_run = rows.groupby("run")["base_error"].first()
    return pd.DataFrame([{"part": "base error", "value": per_run.mean(), "runs": per_run.count()}])


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    alphas, count = spec.typed_options.alphas, len(spec.panels)
    empty = [why_empty(values[values["panel"] == index]) is not None for index in range(count)]
    rows = [(index, alpha) for index in range(count) for alpha in (alphas[:1] if empty[index] else alphas)]
    heights = [EMPTY_ROW if empty[index] else ROW for index, _ in rows]
    least = NOTE if all(empty) else KEY_HEIGHT
    figure = new_figure(COLUMN, max(sum(heights), least) + NOTE, note_above(values, spec))
    shape = {"width_ratios": [COLUMN - KEY_WIDTH, KEY_WIDTH], "height_ratios": heights}
    grid = figure.subplots(len(rows), 2, squeeze=False, gridspec_kw=shape)
    for (axes, _), (index, alpha) in zip(grid, rows, strict=True):
        of_panel = values[values["panel"] == index]
        _chart(axes, of_panel[of_panel["alpha"].isna() | (of_panel["alpha"] == alpha)])
        scale = f", {alpha:g} times the direction" if len(alphas) > 1 and not empty[index] else ""
        title = heading(spec.panels[index], 60).replace("\n", ", ") + scale
        panel_title(axes, title, index if count > 1 else None)
        axes.set(ylabel="Accuracy, success", xlabel="")
    for axes in grid[:, 1]:
        axes.set_axis_off()
    full = [line for line, (index, _) in enumerate(rows) if not empty[index]]
    if full:
        grid[full[-1], 0].set_xlabel("Layer")
        _key(grid[full[0], 1], values)
        stage_bar(grid[full[-1], 1])  # not below the key where there is more room
    return figure


def _chart(axes: Axes, rows: pd.DataFrame) -> None:
    empty = why_empty(rows)
    if empty is not None:
        axes.set_axis_off()
        say(axes, empty, COLUMN - KEY_WIDTH)
        return
    paint(axes, rows)
    axes.set_ylim(0, 1.03)
    for row in rows.to_dict("records"):
        if row["part"] in ("chance", "base error"):
            look = CHANCE if row["part"] == "chance" else BASE_ERROR | {"color": "grey-25"}
            axes.axhline(row["value"], zorder=1.5, **look)
    remark(axes, warned_layers(rows[rows["part"] == "success"]), COLUMN - KEY_WIDTH)
    for place, quantity in enumerate(QUANTITIES):
        of_quantity = rows[rows["quantity"] == quantity]
        group = of_quantity[of_quantity["part"] == "success"]
        x = group["layer"].astype(float) + (place - 1) * BAR
        bars(axes, group, x, BAR, COLORS[quantity])
        axes.vlines(x, group["low"], group["high"], zorder=5, **INTERVAL)
        for pair, marker in MARKERS.items():
            half = of_quantity[of_quantity["pair"] == pair]
            x = half["layer"].astype(float) + (place - 1 + BESIDE[pair]) * BAR
            axes.plot(x, half["value"], marker=marker, zorder=5.5, clip_on=False, **HALF)


def _key(axes: Axes, values: pd.DataFrame) -> None:
    handles: list[Any] = [Patch(fc=COLORS[name], label=name, **EDGE) for name in QUANTITIES]
    handles += [Line2D([], [], label=f"{pair} pair alone", marker=MARKERS[pair], **HALF) for pair in PAIRS]
    spreads = (("95 % interval", INTERVAL, "low"), ("SD over runs", SPREAD, "sd"))
    handles += [Line2D([], [], label=label, **look) for label, look, column in spreads if values[column].notna().any()]
    axes.legend(handles=handles + reference_handles(values, "chance of the probe"), **LEGEND)
