"""Galleries: units of a network in rows of seven (figures 17 to 64).

Above each unit its layer and number; below them the visualisation with a mark that says whether it makes the unit
respond more than natural pictures do, the natural picture with the unit's highest score, and its map.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import words
from vitatlas.artifacts.style import COLUMN
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import unit_pictures
from vitatlas.features.figures.unit_cells import EDGE, LINE, legend, made, mapped, page
from vitatlas.features.figures.unit_pictures import MADE, TOP

CROWDED = True
ACROSS = 7
MOST = 49
"""Units on a page."""
ROOMY = 3
"""Rows with so many and fewer on the page have all pictures at one size."""

COLUMNS = ["place", *unit_pictures.COLUMNS]
WIDTH = (COLUMN - 2 * EDGE) / ACROSS
SIDE = WIDTH - 0.06  # inches, of a visualisation
BELOW = 0.08  # inches, below a row
SHARP, FINE = 128, 72  # pixels of a visualisation and of a picture on a full page, at most


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: `COLUMNS`, two rows per unit (see `unit_pictures`), `place` counts units on the page from 0.

    Args:
        table: Rows of the tables of visualisations, of maps and of thumbnails.

    Raises:
        UserError: Nothing of the model was visualised, or not all units of the published page.
    """
    panel, options = spec.panels[0], spec.typed_options
    found = unit_pictures.unit_pictures(table, panel)
    units = list(dict.fromkeys(zip(found["layer"], found["unit"], strict=True)))
    published = options.published_of(panel.model)
    missing = [unit for unit in published if unit not in units]
    if missing:
        layer, unit = missing[0]
        raise UserError(
            f"unit {unit} of layer {layer} of '{panel.model}' is on page '{options.page}' and was not visualised",
            where="key 'features.visualisations.gallery'",
            remedy="visualise the units of config/galleries/features.yaml",
        )
    shown = published or dealt(units, *options.part)
    places = {unit: place for place, unit in enumerate(shown)}
    rows = found.assign(place=[places.get(unit, -1) for unit in zip(found["layer"], found["unit"], strict=True)])
    return rows[rows["place"] >= 0].sort_values("place", kind="stable").reset_index(drop=True)[COLUMNS]


def dealt(units: list[tuple[int, int]], number: int, count: int) -> list[tuple[int, int]]:
    """The units of the page of this number, from 1, when rows of seven are dealt over so many pages in their order:
    each has as many, the first ones one more. A page has the first `MOST` of its own.

    Raises:
        UserError: There are fewer rows than pages.
    """
    rows = -(-len(units) // ACROSS)
    if rows < count:
        raise UserError(
            f"{len(units)} units make {rows} rows, fewer than the {count} pages that they are dealt over",
            where="key 'features.visualisations.gallery'",
            remedy="visualise more units",
        )
    each, more = divmod(rows, count)
    first = (number - 1) * each + min(number - 1, more)
    last = first + each + (number <= more)
    return units[first * ACROSS : last * ACROSS][:MOST]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The page, from what `values` returned (or its CSV)."""
    units = int(values["place"].max()) + 1
    rows = -(-units // ACROSS)
    roomy = rows <= ROOMY
    height = _height(roomy)
    figure, axes = page(rows * height + 2 * LINE, spec)
    for place in range(units):
        line, column = divmod(place, ACROSS)
        corner = (EDGE + column * WIDTH, 2 * LINE + (rows - line) * height)
        _unit(axes, values[values["place"] == place], corner, roomy, spec)
    legend(axes, values)
    return figure


def _height(roomy: bool) -> float:
    """Of a row: header, visualisation, mark; top picture and map, one below the other or side by side at half size."""
    return 3 * LINE + SIDE + (2 * SIDE + 0.03 if roomy else (SIDE - 0.03) / 2) + BELOW


def _unit(axes: Axes, unit: pd.DataFrame, corner: tuple[float, float], roomy: bool, spec: ArtifactSpec) -> None:
    x, y = corner
    first = unit.iloc[0]
    words(axes, (x, y - LINE / 2), f"{first['layer']}/{first['unit']}")
    below = y - 2 * LINE - SIDE
    side = SIDE if roomy else (SIDE - 0.03) / 2
    places = ((x, below), (x, below - side - 0.03) if roomy else (x + side + 0.03, below))
    for row in unit.to_dict("records"):
        if row["part"] == MADE:
            made(axes, row, (x, y - LINE), SIDE, None if roomy else SHARP)
        elif row["part"] == TOP:
            mapped(axes, row, places, side, spec, None if roomy else FINE)
