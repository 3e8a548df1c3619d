"""Pictures found by a picture: probes beside one another, below each a row of pictures per feature; and how often they
share the feature with the probe, beside three controls."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures.grid_cells import cell, empty, is_marked, mark_legend, panel_rows, probe_words
from vitatlas.components.words import WORDS

COLUMNS = ["panel", "model", "title", "quantity", "feature", "by", "probe", "rank", "components", "text", "picture"]
COLUMNS += ["right", "value", "error", "chance", "n", "top", "runs", "png"]
OWN, OTHERS = "own", "others"
LOOKS = {
    OWN: ("components of the feature itself", "o", "blue-hue"),
    OTHERS: ("those of the other features", "^", "orange-hue"),
    "whole": ("whole z", "s", "ink"),
    "random": ("random components", "D", "green-hue"),
}
SPREAD = 0.16  # between the marks of a feature, whose place is one unit wide
ROOM = 0.34  # of the letters above a row of pictures, in pictures
GRID, PLOT, AROUND = 0.55, 1.8, 0.3  # inches: of titles and marks; of the plots; of the note
GAP = 0.1  # inches, between probes
PROBE = 1.1  # side of a probe, in pictures


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn.

    Args:
        table: Rows of the search by picture.

    Returns:
        `COLUMNS`. Pictures are those of the first run, numbers means over runs. `by` of a precision is `own` where
        pictures are near by the components of the feature itself, `others` for the mean over those of each other
        feature, else `whole` or `random`; `error` is the standard error over probes.

    Raises:
        UserError: A panel has no rows.
    """
    parts, wanted = [], spec.typed_options.probes
    for number, panel in enumerate(spec.panels):
        numbers, pictures = panel_rows(table, panel, ["feature", "by", "top"])
        kept = pictures if wanted is None else pictures[pictures["probe"] < wanted]
        for rows in (_own_and_others(numbers), kept):
            parts.append(rows.assign(panel=number, model=panel.model, title=panel.title))
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def _own_and_others(numbers: pd.DataFrame) -> pd.DataFrame:
    precision = numbers["quantity"] == "precision"
    named = numbers.copy()
    features = set(numbers.loc[precision, "by"]) - set(LOOKS)
    named.loc[precision & (named["by"] == named["feature"]), "by"] = OWN
    named.loc[precision & named["by"].isin(features), "by"] = OTHERS
    grouped = named.groupby(["quantity", "feature", "by", "top"], sort=False, dropna=False)
    means = dict.fromkeys(("value", "error", "chance"), "mean")
    return grouped.agg({**means, "components": "first", "n": "min", "runs": "min"}).reset_index()


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    pictures = values[values["png"].notna()]
    shown = list(pictures.groupby(["panel", "probe"], sort=True))
    features = list(dict.fromkeys(pictures["feature"].dropna()))
    height = PROBE + len(features) * (1 + ROOM)
    grid = (COLUMN / max(len(shown), 3) - GAP) / 3.08 * height + GRID
    known = bool((values["quantity"] == "precision").any())
    plot = PLOT if known else 0
    figure = new_figure(COLUMN, grid + plot + AROUND, spec.tier_note)
    heights = [grid, plot] if known else [grid]
    blocks = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    columns = blocks[0].subplots(1, len(shown), squeeze=False)[0]
    for axes, (_, rows) in zip(columns, shown, strict=True):
        _probe(axes, rows, features, height)
        title = str(rows["title"].iloc[0])
        if len(spec.panels) == 1:
            panel_title(axes, f"{title}, probe {int(rows['probe'].iloc[0]) + 1}")
        else:
            panel_title(axes, title, int(rows["panel"].iloc[0]))
    if is_marked(pictures):
        marks = mark_legend("shares the feature with the probe", "does not")
        blocks[0].legend(handles=marks, loc="outside lower center", ncols=2, handlelength=1)
    if known:
        panels = blocks[1].subplots(1, len(spec.panels), sharey=True, squeeze=False)[0]
        for number, axes in enumerate(panels):
            _precisions(axes, values[values["panel"] == number])
        panels[0].set_ylabel(f"precision at {int(values['top'].dropna().iloc[0])}")
        blocks[1].legend(handles=_legend(), loc="outside lower center", ncols=3, handlelength=1.4)
    return figure


def _probe(axes: Axes, rows: pd.DataFrame, features: list[str], height: float) -> None:
    empty(axes, 3, height)
    for row in rows[rows["quantity"] == "probe"].to_dict("records"):
        cell(axes, row, 1, 0, marked=0)
    for number, feature in enumerate(features):
        y = PROBE + number * (1 + ROOM)
        of_feature = rows[rows["feature"] == feature]
        value = of_feature["text"].iloc[0]
        words = WORDS.get(feature, feature) + (f": {value}" if pd.notna(value) else "")
        axes.text(0.03, y + ROOM - 0.06, words, va="bottom", fontsize=fitted(SMALLEST))
        for row in of_feature.to_dict("records"):
            cell(axes, row, row["rank"], y + ROOM, marked=4.5)


def _precisions(axes: Axes, values: pd.DataFrame) -> None:
    rows = values[values["quantity"] == "precision"]
    features = list(dict.fromkeys(rows["feature"]))
    read = probe_words(values)
    for place, feature in enumerate(features):
        of_feature = rows[rows["feature"] == feature]
        axes.hlines(of_feature["chance"].iloc[0], place - 0.4, place + 0.4, color="ink", ls=":", lw=1)
        for number, (by, (_, marker, color)) in enumerate(LOOKS.items()):
            found = of_feature[of_feature["by"] == by]
            x = [place + (number - 1.5) * SPREAD] * len(found)
            fill = color if read[feature][1] else "page"
            axes.errorbar(x, found["value"], found["error"], color=color, marker=marker, ms=3.2, mfc=fill, lw=0.8)
    axes.set_xticks(range(len(features)), labels=[WORDS.get(name, name) for name in features])
    axes.set(xlim=(-0.5, len(features) - 0.5), ylim=(-0.04, 1.04), yticks=[0, 0.5, 1])


def _legend() -> list[Line2D]:
    marks = [Line2D([], [], ls="none", marker=m, color=color, ms=4, label=text) for text, m, color in LOOKS.values()]
    hollow = Line2D(
        [], [], ls="none", marker="o", color="grey-45", mfc="page", ms=4, label="hollow: z does not hold it"
    )
    return [*marks, hollow, Line2D([], [], color="ink", ls=":", lw=1, label="chance")]
