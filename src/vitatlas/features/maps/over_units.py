"""Measures of maps by layer: means over units. Imports no torch."""

from __future__ import annotations

import pandas as pd

from vitatlas.features.maps.choose import DRAWN, OBJECT, PLACE

UNITS = {"pointing": OBJECT, "auc": OBJECT, "iou": OBJECT, "area": OBJECT, "auc_off": PLACE}
"""By quantity, the kind of units that it is asked of; others are asked of units drawn at random."""

OF_LAYER = "token_cosine"
"""The quantities of a layer, not of its units."""

FEWEST = 5
"""Units that a mean over units needs, to be shown or claimed anything of."""

CELL = ["model", "run", "layer", "quantity", "control", "chosen"]


def over_units(table: pd.DataFrame) -> pd.DataFrame:
    """Means over units: `CELL`, value, error, n.

    error is the standard error over the n units, which are those of one network: it says how sure the mean over all its
    units is, not how another training would come out. Of `OF_LAYER` value and error are those of the table, over n
    pictures.

    Args:
        table: As the job `unit_maps` writes it, of any number of models and runs.
    """
    kind = table["quantity"].map(UNITS).fillna(DRAWN)
    wanted = pd.Series(False, index=table.index)
    for name in (DRAWN, OBJECT, PLACE):
        wanted |= (kind == name) & table[name].astype(bool)
    units = table[wanted & (table["quantity"] != OF_LAYER)]
    means = units.groupby(CELL, sort=True)["value"].agg(value="mean", error="sem", n="count").reset_index()
    return pd.concat([means, table.loc[table["quantity"] == OF_LAYER, means.columns]], ignore_index=True)
