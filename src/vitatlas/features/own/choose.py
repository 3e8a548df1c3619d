"""The units that a page shows: the first ones of evenly spaced layers, and those that the user names. Nobody looks at
pictures to choose the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.own.spec import Shown

WHERE = "key `shown` of the entry"


@dataclass(frozen=True)
class UnitsOfSite:
    """Some units of a layer.

    Attributes:
        site: End of the site's name.
        layer: Its number in forward order.
        units: Their numbers within it.
    """

    site: str
    layer: int
    units: list[int]


def chosen_units(table: pd.DataFrame, shown: Shown) -> list[UnitsOfSite]:
    """The units of a page, by layer and number; all of a layer where there are not so many.

    Args:
        table: One row per unit: site, layer, unit; one site per layer.
        shown: Which.

    Raises:
        UserError: The user names a unit or a layer that the network has not.
    """
    layers: list[int] = sorted(table["layer"].unique().tolist())
    there = {layer: set(table.loc[table["layer"] == layer, "unit"].tolist()) for layer in layers}
    sites = table.groupby("layer")["site"].first()
    wanted = {layers[place]: set(sorted(there[layers[place]])[: shown.units]) for place in _spaced(layers, shown)}
    for some in shown.besides:
        if some.layer not in there:
            raise UserError(
                f"there is no layer {some.layer}", where=WHERE, remedy=f"layers are {layers[0]} to {layers[-1]}"
            )
        if unknown := set(some.units) - there[some.layer]:
            raise UserError(
                f"layer {some.layer} has no unit {min(unknown)}",
                where=WHERE,
                remedy=f"its units are 0 to {max(there[some.layer])}",
            )
        wanted.setdefault(some.layer, set()).update(some.units)
    return [UnitsOfSite(str(sites[layer]), layer, sorted(wanted[layer])) for layer in sorted(wanted)]


def evenly_spaced(of: int, count: int) -> list[int]:
    """So many of the numbers 0 to `of` - 1, the last and (of several) the first among them; all, where there are not
    so many."""
    if count == 1:
        return [of - 1]
    return [int(number) for number in np.unique(np.linspace(0, of - 1, min(count, of)).round())]


def _spaced(layers: list[int], shown: Shown) -> list[int]:
    return evenly_spaced(len(layers), shown.layers)
