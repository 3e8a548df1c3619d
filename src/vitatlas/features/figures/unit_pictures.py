"""Units in pictures, as galleries, progressions and triples draw them: a picture that was made for each, its natural
top picture, and where in that it is active. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.features.artifacts import PanelSpec

UNIT = ["site", "layer", "unit"]
MADE, TOP = "visualisation", "top picture"
COLUMNS = ["model", "title", *UNIT, "part", "set", "replicate", "weight", "weight_units", "activation", "percentile"]
COLUMNS += ["picture", "rank", "score", "variation", "rows", "columns", "scale", "cells", "png"]
ABOVE = 99
"""Per cent of natural scores that lie below the activation of a visualisation that counts as strong."""


def unit_pictures(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """Two rows per unit that was visualised, by layer, within a layer in the order in which units were visualised.

    The first row (`part` is `MADE`) is its first replicate, with the first of its weights: the picture, what it
    reaches, and the percentage of natural scores below that. The second (`TOP`), where the unit was mapped, is the
    picture with the highest mean over patches, and its map: `cells`, row by row, as text.

    Args:
        table: Rows of the tables of visualisations, of maps and of thumbnails, one below the other.
        panel: Whose; where there are several runs, the first is drawn.

    Returns:
        `COLUMNS`.

    Raises:
        UserError: Nothing of the panel's model was visualised.
    """
    rows = rows_where(table, {"model": panel.model})
    first = rows[rows["run"] == rows["run"].min()]
    made = _made(rows_where(first.assign(there=first["image"].notna()), {"model": panel.model, "there": True}))
    top = _top(first).merge(made[UNIT], on=UNIT)
    both = pd.concat([made.assign(part=MADE), top.assign(part=TOP)], ignore_index=True)
    order = {unit: place for place, unit in enumerate(made[UNIT].itertuples(index=False, name=None))}
    places = [order[unit] for unit in both[UNIT].itertuples(index=False, name=None)]
    ordered = both.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)
    return ordered.assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS)


def depth(table: pd.DataFrame, panel: PanelSpec) -> int:
    """How many layers a panel's network has, by the table of maps; maps are kept of each.

    Raises:
        UserError: Nothing of the panel's model was mapped.
    """
    mapped = table.assign(there=_column(table, "map").notna())
    return int(rows_where(mapped, {"model": panel.model, "there": True})["layer"].max()) + 1


def of_twelve(layer: int, layers: int) -> int:
    """The layer of the paper's twelve that lies as deep, as a share of the network, as the middle of this one."""
    return int((layer + 0.5) / layers * 12)


def activity(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `TOP` with its map as numbers, as `map_image.overlay` takes it."""
    return {**row, "map": np.array(str(row["cells"]).split(), dtype=float)}


def _made(rows: pd.DataFrame) -> pd.DataFrame:
    one = rows[rows["replicate"] == rows["replicate"].min()].drop_duplicates(UNIT)
    return _named(one.rename(columns={"image": "png"}).sort_values("layer", kind="stable"))


def _top(rows: pd.DataFrame) -> pd.DataFrame:
    """The first top picture of each mapped unit."""
    mapped = rows[_column(rows, "map").notna()]
    if mapped.empty:
        return _named(mapped.reindex(columns=[*UNIT]))
    first = mapped[mapped["chosen"] == "mean"].sort_values("rank", kind="stable").drop_duplicates(UNIT)
    small = rows[_column(rows, "thumbnail").notna()].reindex(columns=["picture", "thumbnail"])
    found = (
        first.drop(columns="thumbnail", errors="ignore").merge(small, on="picture").rename(columns={"thumbnail": "png"})
    )
    cells = [" ".join(f"{value:.5g}" for value in values) for values in found["map"]]
    return _named(found.assign(cells=cells))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers of layers and units as whole numbers: in a table of several kinds of row they are not."""
    return rows.astype({"layer": int, "unit": int})


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series(None, index=rows.index, dtype=object)
