"""Which units a pass watches, and which column of the array each of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.config.top import SiteOfLayer
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, layers, patches, read
from vitatlas.models.sites.layouts import Grid

KEY = "key `sites`"


@dataclass(frozen=True)
class Watched:
    """One site of one layer.

    Attributes:
        site: The end of its name.
        layer: The layer's number in forward order.
        block: The beginning of its name.
        grid: Rows and columns of patches.
        units: How many units there are.
        first: The column of unit 0; the others follow.
    """

    site: str
    layer: int
    block: str
    grid: Grid
    units: int
    first: int

    @property
    def name(self) -> str:
        """Its full name."""
        return f"{self.block}.{self.site}"


@torch.no_grad()
def watched(encoder: Encoder, sites: Sequence[SiteOfLayer]) -> list[Watched]:
    """The watched units, in the order of columns: site by site as given, layer by layer. Runs one blank picture.

    Raises:
        UserError: A site that the network lacks, or that is not of patches; a layer that it lacks; one given twice.
    """
    chosen = [pair for site in sites for pair in _chosen(layers(encoder, encoder.side), site)]
    names = [f"{layer.name}.{end}" for layer, end in chosen]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise UserError(f"site '{twice[0]}' is asked for twice", where=KEY, remedy="name each site and layer once")
    found = _run(encoder, names)
    result: list[Watched] = []
    first = 0
    for (layer, end), name in zip(chosen, names, strict=True):
        rows, columns, units = found[name].shape[1:]
        result.append(Watched(end, layer.index, layer.name, (rows, columns), units, first))
        first += units
    return result


def units_table(encoder_columns: dict[str, Any], of: Sequence[Watched]) -> pd.DataFrame:
    """One row per column of the array: model, run, column, site, layer, unit, block, rows and columns of its map."""
    tables = [
        pd.DataFrame(
            {
                **{"column": range(one.first, one.first + one.units), "site": one.site, "layer": one.layer},
                **{"unit": range(one.units), "block": one.block, "rows": one.grid[0], "columns": one.grid[1]},
            }
        )
        for one in of
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(**encoder_columns)[[*encoder_columns, *table.columns]]


def _chosen(all_layers: Sequence[Layer], of: SiteOfLayer) -> list[tuple[Layer, str]]:
    """The layers, each with the end of its site's name."""
    numbers = range(len(all_layers)) if of.layers is None else of.layers
    for number in numbers:
        if not 0 <= number < len(all_layers):
            raise UserError(
                f"there is no layer {number}", where=KEY, remedy=f"layers are numbered 0 to {len(all_layers) - 1}"
            )
    picked = [all_layers[number] for number in numbers]
    return [(layer, of.site or layer.activation.removeprefix(f"{layer.name}.")) for layer in picked]


def _run(encoder: Encoder, names: Sequence[str]) -> dict[str, Tensor]:
    """The patches of one blank picture at each site, [1, rows, columns, units]."""
    device = next(encoder.parameters()).device
    blank = torch.zeros(1, 3, encoder.side, encoder.side, dtype=torch.uint8, device=device)
    with read(encoder, names) as cache:
        encoder(blank)
    missing = [name for name in names if name not in cache]
    if missing:
        raise UserError(f"the forward pass does not come to site '{missing[0]}'", where=KEY)
    return {name: patches(encoder, name, cache[name], encoder.side) for name in names}
