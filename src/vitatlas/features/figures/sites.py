"""Keys, queries and values against the feed-forward layer, with controls (beside figure 4).

Above, visualisations of the first units at each place; below, measures of all of them, where the weight of total
variation counts in standard deviations of each unit's scores (disc), and where it counts in activation (ring), which
regularises units of small scores more.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.picture_cells import empty, picture, words
from vitatlas.features.figures.quality_rows import MEASURES, axis_of, dot, down, measured
from vitatlas.features.figures.visualised import first_units, one_each, visualised
from vitatlas.features.options.places import Sites

COLUMNS = ["part", "model", "title", "site", "layer", "unit", "weight", "weight_units", "quantity", *MEASURES, "png"]
MADE, MEASURED = "visualisation", "measure"
PLACES = {
    "mlp.act": "feed-forward, after GELU",
    "attn.k": "keys",
    "attn.q": "queries",
    "attn.v": "values",
    "mlp.pre": "feed-forward, before GELU",
    "mlp.out": "feed-forward, output",
    "resid_post": "residual stream",
}
SHORT = {"mlp.act": "after GELU", "mlp.pre": "before GELU", "mlp.out": "output", "resid_post": "stream"}
QUANTITIES = ["high_frequency", "agreement", "told_apart"]
FILLS = {"sd": "", "activation": "page"}
LAYERS = -1
"""In the place of a layer, in measures of two layers together."""
COLORS = ("blue-hue", "orange-hue")
HEAD, LABEL = 0.28, 0.95  # cells
CHART = 3.2  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn: `COLUMNS`; pictures are of the weight in standard deviations.

    Args:
        table: Rows of the analyses `visualised_sites` and `quality_sites`.

    Raises:
        UserError: Nothing was visualised with such a weight.
    """
    options: Sites = spec.typed_options
    panel = spec.panels[0]
    rows = visualised(table, panel.model, weight_units="sd")
    made = first_units(one_each(rows), options.units).assign(part=MADE)
    found = measured(table, panel.model, QUANTITIES, ["site", "layer", "weight", "weight_units"])
    smallest = found.groupby("weight_units")["weight"].transform("min")
    both = [made.assign(png=made["image"]), found[found["weight"] == smallest].assign(part=MEASURED)]
    known = pd.concat(both, ignore_index=True)
    order = known["site"].map({site: number for number, site in enumerate(PLACES)})
    ordered = known[order.notna()].assign(order=order).sort_values(["part", "order", "layer"], kind="stable")
    return ordered.assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS).reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    made, found = (values[values["part"] == part] for part in (MADE, MEASURED))
    layers = sorted(made["layer"].unique())
    units = int(made.groupby(["site", "layer"])["unit"].nunique().max())
    sites = list(dict.fromkeys(made["site"]))
    cell = (COLUMN - 0.1) / (LABEL + len(sites))
    height = cell * (HEAD + len(layers) * (units + 0.15)) + 0.1
    figure = new_figure(COLUMN, height + CHART, spec.tier_note)
    blocks = figure.subfigures(2, 1, height_ratios=[height, CHART], squeeze=False)[:, 0]
    _pictures(blocks[0], made, sites, layers, units)
    _charts(blocks[1], found)
    return figure


def _pictures(block: SubFigure, made: pd.DataFrame, sites: list[str], layers: list[int], units: int) -> None:
    axes = block.subplots()
    empty(axes, LABEL + len(sites), HEAD + len(layers) * (units + 0.15))
    for across, site in enumerate(sites):
        words(axes, LABEL + across + 0.5, HEAD - 0.06, SHORT.get(site, PLACES[site]), ha="center")
    for number, layer in enumerate(layers):
        top = HEAD + number * (units + 0.15)
        words(axes, LABEL - 0.08, top + units / 2, f"layer {int(layer)}", ha="right", va="center")
        for across, site in enumerate(sites):
            here = made[(made["site"] == site) & (made["layer"] == layer)]
            for down_by, png in enumerate(here["png"]):
                picture(axes, png, LABEL + across, top + down_by)


def _charts(block: SubFigure, found: pd.DataFrame) -> None:
    grid = block.subplots(1, len(QUANTITIES), sharey=True)
    sites = [site for site in PLACES if site in set(found["site"])]
    layers = sorted(set(found["layer"]) - {LAYERS})
    color = {LAYERS: "grey-30", **dict(zip(layers, COLORS, strict=False))}
    for index, (axes, quantity) in enumerate(zip(grid, QUANTITIES, strict=True)):
        rows = found[found["quantity"] == quantity]
        for row in rows.dropna(subset="value").to_dict("records"):
            shift = 0.0 if row["layer"] == LAYERS else 0.2 * (layers.index(row["layer"]) - 0.5)
            shift += 0.07 if row["weight_units"] == "activation" else -0.07
            look = {"color": color[row["layer"]]}
            if FILLS[row["weight_units"]]:
                look["mfc"] = FILLS[row["weight_units"]]
            dot(axes, row, sites.index(row["site"]) + shift, **look)
        axis_of(axes, quantity)
        panel_title(axes, "", index)
    down(grid[0], [PLACES[site] for site in sites])
    names = [(f"layer {int(layer)}", color[layer], color[layer]) for layer in layers]
    names += [("both layers", color[LAYERS], color[LAYERS])]
    names += [("weight per standard deviation", "grey-30", "grey-30"), ("weight in activation", "grey-30", "page")]
    handles = [Line2D([], [], marker="o", ls="none", ms=5, color=edge, mfc=fill) for _, edge, fill in names]
    block.legend(handles, [name for name, _, _ in names], loc="outside lower center", ncols=3)
