"""Effects of the reference code's departures (not in the paper): a column per model and task, a row per quantity.

Each row has an axis of its own. A filled disc is what the paper describes, a ring what its code does, all other
switches being as the paper describes in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import blended_transform_factory

from vitatlas.artifacts.style import QUIET, fitted, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das_axes import LEGEND, heading
from vitatlas.relations.figures.note import note_above
from vitatlas.relations.figures.reasons import chance_line, say
from vitatlas.relations.rows import rows_of

PROTOCOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "corrected": ("as the paper describes (named first)", {"mfc": "blue-hue"}),
    "reference": ("as the paper's code does (named second)", {"mfc": "page"}),
}
# By switch, what differs: as the paper describes | as its code does.
SWITCHES = {
    "normalisation": "Normalisation: the model's own | the code's",
    "mode": "Mode of the model: evaluation | training",
    "novel_draws": "Novel vectors: per image | per batch",
    "sites": "Probes read: what leaves a block | what enters it",
    "seen_accuracy": "Accuracy on: seen combinations | the test split",
}
# Of a quantity, what its axis is called, without the property.
QUANTITIES = {
    "errors without an intervention": "wrong answers, no intervention",
    "interventions, near the best layer": "success of interchange, near the best layer",
    "interventions, best layer": "success of interchange, best layer",
    "added, best layer": "success of added vectors, best layer",
    "added, half-width of its interval": "± of that success, 95 % over draws",
    "probes, best layer": "accuracy of the probe",
    "interventions along probes, best layer": "success along the probe's direction",
    "accuracy, seen combinations": "accuracy",
}
PROPERTIES = ("shape", "colour")
KEYS = ["departure", "quantity", "protocol"]
COLUMNS = ["panel", "model", "task", "setting", "part", *KEYS, "value", "sd", "runs"]
LABELS, WIDEST, REST = 1.8, 1.6, 0.95  # inches
HEAD, LINE, BETWEEN = 0.3, 0.15, 0.32  # inches: of a switch's name, of a property, and around the numbers of an axis
LETTERS = 26  # of a row's name per line
ENDS = (0.1, 0.2, 0.5, 1.0)
LOOK: dict[str, Any] = {"marker": "o", "ms": 4.5, "color": "blue-hue", "mew": 0.9, "clip_on": False}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the comparison of protocols (model, task, setting, run, departure, protocol, quantity, value) and
            of behaviour.

    Returns:
        Columns panel, model, task, setting, part, departure, quantity, protocol, value, sd, runs: means and standard
        deviations (missing for one run) over runs, in rows of part `effect`. Of a model at chance, only `at chance`,
        its accuracy.

    Raises:
        UserError: A panel has no rows, or a quantity is missing under one of the protocols for some run.
    """
    return pd.concat([_panel(table, spec, index, panel) for index, panel in enumerate(spec.panels)], ignore_index=True)


def _panel(table: pd.DataFrame, spec: ArtifactSpec, index: int, panel: PanelSpec) -> pd.DataFrame:
    numbers = chance_rows(table, panel, spec.measured(SEEN))
    if numbers.empty:
        rows = rows_of(table, panel)
        rows = rows[rows["departure"].notna()]
        for departure, group in rows.groupby("departure"):
            wanted = {name: sorted(set(group[name])) for name in ("quantity", "run")} | {"protocol": list(PROTOCOLS)}
            das_rows.require(group, wanted, panel, f"the departure '{departure}'")
        groups = rows.groupby(KEYS, sort=False)["value"]
        numbers = groups.agg(value="mean", sd="std", runs="count").reset_index().assign(part="effect")
    numbers = numbers.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting)
    return numbers.reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    effects = with_axes(values[values["part"] == "effect"])
    lines = [line for switch, group in effects.groupby("departure", sort=False) for line in _lines(str(switch), group)]
    lines = lines or [_Line("")] * 3  # all models are at chance: room for a line that says so
    count = len(spec.panels)
    width = min(WIDEST, 3.7 / count)
    heights = [line.height for line in lines]
    figure = new_figure(LABELS + width * count, sum(heights) + REST, note_above(values, spec))
    look: dict[str, Any] = {"squeeze": False, "sharex": "row", "sharey": "row", "height_ratios": heights}
    grid = figure.subplots(len(lines), count, **look)
    for index, panel in enumerate(spec.panels):
        panel_title(grid[0, index], heading(panel, 13 * width).replace(", ", ",\n"), index if count > 1 else None)
        reason = chance_line(values[values["panel"] == index])
        if reason is not None:
            say(grid[len(lines) // 2, index], reason, width)
    for row, line in zip(grid, lines, strict=True):
        line.draw(row)
    handles = [Line2D([], [], ls="", label=name, **LOOK | look) for name, look in PROTOCOLS.values()]
    figure.legend(handles=handles, **LEGEND | {"loc": "outside lower center", "ncols": 2, "handlelength": 1})
    return figure


@dataclass(frozen=True)
class _Line:
    """One row of the figure: the name of a switch, above its quantities; or one quantity."""

    name: str
    effects: pd.DataFrame | None = None

    @property
    def height(self) -> float:
        """Inches."""
        return HEAD if self.effects is None else LINE * self.effects["property"].nunique() + BETWEEN

    def draw(self, row: Sequence[Axes]) -> None:
        """Draw it into the axes of all panels."""
        if self.effects is None:
            for axes in row:
                axes.set_axis_off()
            place = blended_transform_factory(row[0].figure.transFigure, row[0].transAxes)
            look: dict[str, Any] = {"weight": "bold", "va": "center", "fontsize": fitted(7), "in_layout": False}
            row[0].text(0.01, 0.3, self.name, transform=place, **look)
            return
        properties = list(dict.fromkeys(self.effects["property"]))
        for index, axes in enumerate(row):
            _chart(axes, self.effects[self.effects["panel"] == index], properties)
        _axis(row[0], self.effects)
        row[0].set_ylabel(wrapped(self.name, LETTERS), rotation=0, ha="right", va="center", fontsize=fitted(7))


def _lines(switch: str, effects: pd.DataFrame) -> list[_Line]:
    """A switch's rows: its name, then its quantities."""
    quantities = [_Line(str(axis), group) for axis, group in effects.groupby("axis", sort=False)]
    return [_Line(SWITCHES.get(switch, switch)), *quantities]


def with_axes(effects: pd.DataFrame) -> pd.DataFrame:
    """The effects, with the name of the axis that a quantity shares for shape and colour, and the property."""
    parts = effects["quantity"].astype(str).str.split(", ")  # of none, where all models are at chance
    names = parts.map(lambda words: next((word for word in words if word in PROPERTIES), ""))
    axes = parts.map(lambda words: ", ".join(word for word in words if word not in PROPERTIES))
    return effects.assign(property=names, axis=axes.map(lambda name: QUANTITIES.get(name, name)))


def _chart(axes: Axes, effects: pd.DataFrame, properties: list[str]) -> None:
    """One quantity in one model: a line per property; empty where it was not measured."""
    for name, pair in effects.groupby("property"):
        height = properties.index(str(name))
        axes.plot(pair["value"], [height] * len(pair), color=QUIET, lw=0.8, zorder=2)
        for protocol, (_, look) in PROTOCOLS.items():
            row = pair[pair["protocol"] == protocol].iloc[0]
            axes.errorbar(row["value"], height, xerr=row["sd"], elinewidth=0.7, zorder=3, **LOOK | look)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_yticks(range(len(properties)), labels=properties)
    axes.set_ylim(len(properties) - 0.4, -0.6)
    if effects.empty:
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="x", length=0, labelbottom=False)
    else:
        axes.grid(axis="x", color="grey-92", lw=0.5)
        axes.set_axisbelow(True)


def _axis(axes: Axes, effects: pd.DataFrame) -> None:
    """The axis of a row, by that of its first panel: from 0 to the first round number that nothing in it is above."""
    most = (effects["value"] + effects["sd"].fillna(0)).max()
    end = next((end for end in ENDS if most <= end), ENDS[-1])
    axes.set_xlim(-0.04 * end, 1.04 * end)
    axes.set_xticks([0, end / 2, end], labels=["0", f"{end / 2:g}", f"{end:g}"])
