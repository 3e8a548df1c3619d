"""The measures of each picture, and their sums by feature and by layer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch

from vitatlas.features.quality.agreement import agreement, natural_agreement, partner_found
from vitatlas.features.quality.names import ALL_LAYERS, FEATURE, LAYER
from vitatlas.features.quality.nearest import told_apart
from vitatlas.features.quality.spectrum import amplitudes, peak_width
from vitatlas.features.visualise.measures import high_frequency
from vitatlas.jobs.seeds import derive_seed
from vitatlas.statistics.bootstrap import bootstrap_mean

EXCEEDED = 99.0
"""Percentile of the natural scores that an activation has to exceed."""
PIECE = 64

Natural = tuple[pd.DataFrame, np.ndarray]
"""Units (site, layer, unit), and the mean embedding of the natural top pictures of each [units, D]."""


def of_pictures(images: np.ndarray, table: pd.DataFrame, embedded: np.ndarray, natural: Natural | None) -> pd.DataFrame:
    """The measures of each picture, as columns beside what the picture is of; NaN where they are not defined.

    Args:
        images: uint8 [N, S, S, 3].
        table: One row per picture, as `visualise` writes it.
        embedded: What the judge encodes of them, float [N, D].
        natural: Of units; None: not compared.
    """
    found = table[[*FEATURE, "replicate", "percentile"]].reset_index(drop=True)
    pieces = [images[first : first + PIECE] for first in range(0, len(images), PIECE)]
    found["peak_width"] = np.concatenate([peak_width(piece) for piece in pieces])
    flat = found["peak_width"].isna()
    found["high_frequency"] = np.concatenate([_high_frequency(piece) for piece in pieces])
    found["high_frequency"] = found["high_frequency"].mask(flat)
    found["activation"] = (table["activation"] / table["sd"].where(table["sd"] > 0)).to_numpy()
    for column in ("agreement", "partner", "natural", "natural_partner", "told_apart"):
        found[column] = np.nan
    for key, some in found.groupby(LAYER, dropna=False):
        rows = some.index.to_numpy()
        _compare(found, rows, embedded[rows], _natural_of(dict(zip(LAYER, key, strict=True)), natural))
    for _, some in found.groupby([name for name in LAYER if name != "layer"], dropna=False):
        _separate(found, some.index.to_numpy(), images)
    return _works(found)


def by_feature(pictures: pd.DataFrame) -> pd.DataFrame:
    """One row per feature, way to visualise and quantity: the mean over replicates, and of how many it is (n)."""
    measures = list(pictures.columns.difference([*FEATURE, "replicate"], sort=False))
    long = pictures.melt([*FEATURE, "replicate"], measures, var_name="quantity")
    of = long.groupby([*FEATURE, "quantity"], sort=False, dropna=False)["value"]
    return of.agg(value="mean", n="count").reset_index()


def by_group(features: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """One row per layer, way to visualise and quantity: value, low, high, n.

    Means over features; intervals (95 %) say how far other features of the layer would give the same, with the same
    network, judge and replicates. `told_apart` is of both layers together, with -1 in the place of the layer.
    """
    of_both = features["quantity"] == "told_apart"
    rows = features.assign(layer=features["layer"].where(~of_both, ALL_LAYERS))
    found = []
    for key, some in rows.groupby([*LAYER, "quantity"], sort=False, dropna=False):
        interval = bootstrap_mean(some["value"].to_numpy(dtype=float), draws, derive_seed(seed, *key))
        found.append(dict(zip([*LAYER, "quantity"], key, strict=True)) | interval._asdict())
    return pd.DataFrame(found)


def _high_frequency(images: np.ndarray) -> np.ndarray:
    found: np.ndarray = high_frequency(torch.from_numpy(images.transpose(0, 3, 1, 2) / 255)).numpy()
    return found


def _compare(found: pd.DataFrame, rows: np.ndarray, embedded: np.ndarray, natural: Natural | None) -> None:
    """Compare the pictures of one layer, made alike, with each other and with natural ones."""
    units, replicates = (found[name].to_numpy()[rows] for name in ("unit", "replicate"))
    found.loc[rows, "agreement"] = agreement(embedded, units, replicates)
    found.loc[rows, "partner"] = partner_found(embedded, units, replicates)
    if natural is not None:
        there, means = natural
        found.loc[rows, ["natural", "natural_partner"]] = natural_agreement(
            embedded, units, means, there["unit"].to_numpy()
        )


def _natural_of(of: Mapping[str, Hashable], natural: Natural | None) -> Natural | None:
    """Those of one layer."""
    if natural is None:
        return None
    units, means = natural
    here = ((units["site"] == of["site"]) & (units["layer"] == of["layer"])).to_numpy()
    return units[here], means[here]


def _separate(found: pd.DataFrame, rows: np.ndarray, images: np.ndarray) -> None:
    """Tell the first from the last of the layers of a site."""
    layers = found["layer"].to_numpy()[rows]
    ends = rows[(layers == layers.min()) | (layers == layers.max())]
    if layers.min() == layers.max():
        return
    spectra = np.concatenate([amplitudes(images[ends[n : n + PIECE]]) for n in range(0, len(ends), PIECE)])
    of: dict[str, Any] = {name: found[name].to_numpy()[ends] for name in ("layer", "unit")}
    found.loc[ends, "told_apart"] = told_apart(spectra, of["layer"], of["unit"])


def _works(found: pd.DataFrame) -> pd.DataFrame:
    """Whether a picture excites its feature beyond natural pictures, and another seed agrees."""
    agrees = found.groupby(FEATURE, dropna=False)["agreement"].transform("mean")
    above = (found["percentile"] > EXCEEDED).astype(float).where(found["percentile"].notna())
    repeats = (agrees > 0).astype(float).where(agrees.notna())
    return found.assign(exceeds=above, repeats=repeats, works=above * repeats)
