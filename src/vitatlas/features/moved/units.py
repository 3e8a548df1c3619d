"""Units of all layers, drawn at random, each with its own top picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.errors import UserError
from vitatlas.features.maps.choose import REMEDY, read_units
from vitatlas.features.maps.layer import site_of
from vitatlas.features.maps.pictures import positions_of
from vitatlas.features.moved.spec import MovedSpec
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.sites import Layer

SCORE = "mean"
"""The scores that top pictures are chosen by: they are what is compared."""


def units_with_pictures(
    path: Path, spec: MovedSpec, part: str, pictures: Pictures, network: Sequence[Layer]
) -> pd.DataFrame:
    """One row per unit drawn, by position of its picture, then layer and unit: site, layer, unit, picture, position.

    Args:
        path: The table of top pictures.
        spec: Of the job.
        part: Of the set.
        pictures: The set.
        network: The layers.

    Raises:
        UserError: The table cannot be read; a picture is not in the set; a layer has no units in the table.
    """
    top = read_units(path, part, spec.encoder.name, spec.encoder.run, ("by", "rank", "picture"))
    sites = {layer.index: site_of(layer) for layer in network}
    rows = top[(top["by"] == SCORE) & (top["site"] == top["layer"].map(sites))]
    lacking = sorted(set(sites) - set(rows["layer"]))
    if lacking:
        problem = f"there are no top pictures by {SCORE} of units of layer {lacking[0]}"
        raise UserError(problem, where=path, remedy=REMEDY)
    first = rows.sort_values("rank", kind="stable").groupby(["site", "layer", "unit"], as_index=False).first()
    first = _drawn(first, spec)
    first = first.assign(position=positions_of(first["picture"].tolist(), pictures))
    ordered = first.sort_values(["position", "layer", "unit"], kind="stable", ignore_index=True)
    return ordered[["site", "layer", "unit", "picture", "position"]]


def _drawn(units: pd.DataFrame, spec: MovedSpec) -> pd.DataFrame:
    """Some units of each layer."""
    found = []
    for layer, rows in units.groupby("layer", sort=True):
        order = np.random.default_rng(derive_seed(spec.seed, "units", layer)).permutation(len(rows))
        found.append(rows.iloc[np.sort(order[: spec.units])])
    return pd.concat(found)
