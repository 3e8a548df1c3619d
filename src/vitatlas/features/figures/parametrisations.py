"""Three ways to write a picture that is optimised (not in the paper): its pixels, its spectrum, the phases of one.

Above, the same units in each; below, measures of their pictures.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.picture_cells import empty, picture, words
from vitatlas.features.figures.quality_rows import MEASURES, axis_of, dot, down, measured
from vitatlas.features.figures.visualised import one_each, visualised

COLUMNS = ["part", "model", "title", "parametrisation", "site", "layer", "unit", "quantity", *MEASURES, "png"]
MADE, MEASURED = "visualisation", "measure"
WAYS = {"pixel": "pixels", "fourier": "spectrum", "maco": "phases"}
QUANTITIES = ["activation", "high_frequency", "agreement", "natural"]
HEAD, LABEL = 0.3, 1.0  # cells
CHART = 1.75  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn: `COLUMNS`, a picture per unit and way, and means over layers and runs.

    Args:
        table: Rows of the analyses `visualised_parametrisations` and `quality_parametrisations`.

    Raises:
        UserError: Nothing of the model was visualised.
    """
    panel = spec.panels[0]
    made = one_each(visualised(table, panel.model)).assign(part=MADE)
    found = measured(table, panel.model, QUANTITIES, ["parametrisation"]).assign(part=MEASURED)
    both = pd.concat([made.assign(png=made["image"]), found], ignore_index=True)
    order = both["parametrisation"].map({way: number for number, way in enumerate(WAYS)})
    ordered = both.assign(order=order).sort_values(["part", "order", "layer", "unit"], kind="stable")
    return ordered.assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS).reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    made, found = (values[values["part"] == part] for part in (MADE, MEASURED))
    ways = [way for way in WAYS if way in set(values["parametrisation"])]
    units = made[["layer", "unit"]].drop_duplicates()
    cell = (COLUMN - 0.1) / (LABEL + len(units))
    height = cell * (HEAD + len(ways)) + 0.1
    figure = new_figure(COLUMN, height + CHART, spec.tier_note)
    blocks = figure.subfigures(2, 1, height_ratios=[height, CHART], squeeze=False)[:, 0]
    _pictures(blocks[0], made, units, ways)
    _charts(blocks[1], found, ways)
    return figure


def _pictures(block: SubFigure, made: pd.DataFrame, units: pd.DataFrame, ways: list[str]) -> None:
    axes = block.subplots()
    empty(axes, LABEL + len(units), HEAD + len(ways))
    for across, (layer, unit) in enumerate(units.itertuples(index=False)):
        words(axes, LABEL + across + 0.5, HEAD - 0.06, f"{int(layer)}/{int(unit)}", ha="center")
        for number, way in enumerate(ways):
            here = made[(made["parametrisation"] == way) & (made["layer"] == layer) & (made["unit"] == unit)]
            for png in here["png"]:
                picture(axes, png, LABEL + across, HEAD + number)
    for number, way in enumerate(ways):
        words(axes, LABEL - 0.08, HEAD + number + 0.5, WAYS[way], ha="right", va="center")


def _charts(block: SubFigure, found: pd.DataFrame, ways: list[str]) -> None:
    grid = block.subplots(1, len(QUANTITIES), sharey=True)
    for index, (axes, quantity) in enumerate(zip(grid, QUANTITIES, strict=True)):
        rows = found[found["quantity"] == quantity].dropna(subset="value").set_index("parametrisation")
        for place, way in enumerate(ways):
            if way in rows.index:
                dot(axes, rows.loc[way], place)
        axis_of(axes, quantity)
        panel_title(axes, "", index)
    down(grid[0], [WAYS[way] for way in ways])
