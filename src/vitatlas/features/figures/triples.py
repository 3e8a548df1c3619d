"""Units as triples of a visualisation, the top picture and its map (figures 3 and 6).

Which units, a rule says: of inner layers those whose maps vary most (what segments a concept does); or one of an inner
layer that nobody chose, beside the one of the last layer that stands out most.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import words
from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, letter
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import unit_pictures
from vitatlas.features.figures.unit_cells import EDGE, LINE, legend, made, mapped, page
from vitatlas.features.figures.unit_pictures import MADE, TOP, UNIT, depth

COLUMNS = ["place", "natural_sd", *unit_pictures.COLUMNS]
CROWDED = True
ACROSS = 2
GAP = 0.16  # inches, between triples
WIDTH = (COLUMN - 2 * EDGE - GAP) / ACROSS
SIDE = WIDTH / 3 - 0.03
HEIGHT = SIDE + 2 * LINE + 0.1


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: `COLUMNS`, two rows per unit (see `unit_pictures`), `place` counts units from 0.

    Args:
        table: Rows of the tables of visualisations, of maps and of thumbnails.

    Raises:
        UserError: Nothing of the model was visualised or mapped.
    """
    panel, options = spec.panels[0], spec.typed_options
    found = _with_sd(unit_pictures.unit_pictures(table, panel), table)
    units = rows_where(found, {"part": TOP})
    last = depth(table, panel) - 1
    shown = _local(units, last, options.count) if options.show == "local" else _depths(units, last, options.layer)
    places = {unit: place for place, unit in enumerate(shown)}
    rows = found.assign(place=[places.get(unit, -1) for unit in found[UNIT].itertuples(index=False, name=None)])
    return rows[rows["place"] >= 0].sort_values("place", kind="stable").reset_index(drop=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    places = int(values["place"].max()) + 1
    height = -(-places // ACROSS) * HEIGHT + 2 * LINE
    figure, axes = page(height, spec)
    for place in range(places):
        line, column = divmod(place, ACROSS)
        corner = (EDGE + column * (WIDTH + GAP), height - line * HEIGHT)
        _triple(axes, values[values["place"] == place], corner, place, spec)
    legend(axes, values)
    return figure


def _triple(axes: Axes, unit: pd.DataFrame, corner: tuple[float, float], place: int, spec: ArtifactSpec) -> None:
    x, y = corner
    first = unit.iloc[0]
    mark = f"({letter(place)}) " if spec.typed_options.show == "depths" else ""
    words(axes, (x, y - LINE / 2), f"{mark}layer {first['layer']}, unit {first['unit']}")
    step = SIDE + 0.03
    places = ((x + step, y - LINE), (x + 2 * step, y - LINE))
    for row in unit.to_dict("records"):
        if row["part"] == MADE:
            made(axes, row, (x, y - LINE), SIDE)
        else:
            mapped(axes, row, places, SIDE, spec, None)


def _with_sd(found: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The standard deviation of natural scores beside each row."""
    rows = table[(table["model"] == found["model"].iloc[0]) & table["sd"].notna()]
    known = rows.drop_duplicates(UNIT)[[*UNIT, "sd"]].astype({"layer": int, "unit": int})
    return found.merge(known.rename(columns={"sd": "natural_sd"}), on=UNIT, how="left")


def _local(units: pd.DataFrame, last: int, count: int) -> list[tuple[str, int, int]]:
    """Of each inner layer the unit whose map varies most, then the second ones, and so on; by layer."""
    inner = units[units["layer"] < last].sort_values("variation", ascending=False, kind="stable")
    turn = inner.groupby("layer").cumcount()
    chosen = inner.loc[turn.sort_values(kind="stable").index[:count]].sort_values("layer", kind="stable")
    return list(chosen[UNIT].itertuples(index=False, name=None))


def _depths(units: pd.DataFrame, last: int, layer: int) -> list[tuple[str, int, int]]:
    """The first unit at the depth of a layer of the paper's twelve, and the unit of the last layer whose top picture
    has the highest score, in standard deviations of its scores."""
    inner = rows_where(units, {"layer": int((layer + 0.5) / 12 * (last + 1))})
    deepest = rows_where(units, {"layer": last})
    outstanding = (deepest["score"] / deepest["natural_sd"]).fillna(deepest["score"]).idxmax()
    both = pd.concat([inner.head(1), deepest.loc[[outstanding]]])
    return list(both[UNIT].itertuples(index=False, name=None))
