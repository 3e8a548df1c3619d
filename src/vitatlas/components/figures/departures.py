"""Effects of the reference code's departures (not in the paper): a row per quantity and feature, a column per encoder.

A filled disc is what the paper describes, a ring what its code does, all other switches being as the paper describes in
both. Shares have one axis from 0 to 1; the error of the sum, whose scale is another, stands in words.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.words import WORDS

COLUMNS = ["model", "title", "departure", "quantity", "feature", "protocol", "value", "sd", "runs", "n"]
LOOKS = {
    "corrected": ("as the paper describes", "blue-hue"),
    "reference": ("as the paper's code does", "page"),
}
SWITCHES = {
    "layernorm": "Statistics of norms",
    "similarity": "Texts: cosine | product",
    "gap": "Gap: any sign | others ≥ 0",
    "heatmap_selection": "Heads: best score | three by variance",
    "removal_selection": "Chosen on: held-out | scored pictures",
}
ERROR = "layernorm"
ROW, AROUND = 0.19, 1.2  # inches
HEADED = 1.8
"""The height of a row whose label has two lines, in rows."""


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: `COLUMNS`, means and standard deviations over runs.

    Args:
        table: model, run, departure, protocol, quantity, feature, value, n.
    """
    keys = ["departure", "quantity", "feature", "protocol"]
    parts = []
    for panel in spec.panels:
        grouped = rows_where(table, {"model": panel.model}).groupby(keys, sort=False)
        found = grouped.agg(value=("value", "mean"), sd=("value", "std"), runs=("run", "nunique"), n=("n", "min"))
        parts.append(found.reset_index().assign(model=panel.model, title=panel.title))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    values = values.assign(order=values["departure"].map({name: i for i, name in enumerate(SWITCHES)}))
    rows = values.sort_values("order", kind="stable")[["departure", "quantity", "feature"]].drop_duplicates()
    titles = list(dict.fromkeys(values["title"]))
    places = _places(rows)
    figure = new_figure(COLUMN, AROUND + ROW * (places[-1] + 2), spec.tier_note)
    grid = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
    for index, (axes, title) in enumerate(zip(grid, titles, strict=True)):
        _chart(axes, values[values["title"] == title], rows, places)
        panel_title(axes, title, index if len(titles) > 1 else None)
    grid[0].set_yticks(places, labels=_labels(rows))
    grid[0].set_ylim(places[-1] + 1, -1)
    handles = [Line2D([], [], marker="o", color="blue-hue", ls="none", ms=5, mfc=fill) for _, fill in LOOKS.values()]
    figure.legend(handles, [words for words, _ in LOOKS.values()], loc="outside lower center", ncols=2)
    return figure


def _places(rows: pd.DataFrame) -> list[float]:
    """The height of each row, downwards from 0."""
    heads = rows["departure"].ne(rows["departure"].shift())
    steps = [HEADED if head else 1.0 for head in heads]
    return [sum(steps[: number + 1]) - steps[0] for number in range(len(steps))]


def _labels(rows: pd.DataFrame) -> list[str]:
    """The switch in the first of its rows, then quantity and feature."""
    labels, before = [], None
    for departure, quantity, feature in rows.itertuples(index=False):
        of = "" if feature == "all" else f": {WORDS.get(feature, feature)}"
        head = f"{SWITCHES[departure]}\n" if departure != before else ""
        labels.append(f"{head}{quantity}{of}")
        before = departure
    return labels


def _chart(axes: Axes, values: pd.DataFrame, rows: pd.DataFrame, places: list[float]) -> None:
    for place, (departure, quantity, feature) in zip(places, rows.itertuples(index=False), strict=True):
        chosen = (values["departure"] == departure) & (values["quantity"] == quantity) & (values["feature"] == feature)
        by_protocol = values[chosen].set_index("protocol")
        if by_protocol.empty:
            continue
        if departure == ERROR:
            words = " | ".join(f"{by_protocol.loc[name, 'value']:.0e}" for name in LOOKS)
            axes.text(0.5, place, words, ha="center", va="center", transform=axes.get_yaxis_transform())
            continue
        ends = [float(by_protocol.loc[name, "value"]) for name in LOOKS]
        axes.plot(ends, [place, place], color="grey-60", lw=0.8, zorder=1)
        for name, (_, fill) in LOOKS.items():
            value, sd = (float(by_protocol.loc[name, column]) for column in ("value", "sd"))
            axes.plot([value - sd, value + sd], [place, place], color="blue-hue", lw=0.9)
            axes.plot(value, place, "o", color="blue-hue", ms=4.5, mew=0.9, mfc=fill)
    axes.set_xlim(-0.04, 1.05)
    axes.set_xlabel("Share")
    axes.grid(axis="x", color="grey-90", lw=0.5)
