"""Small analysis tables of visualisations, for the tests of the figures of this theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.images.png import encode

MODEL = "mini-vit"
SITES = ["mlp.act", "attn.k", "attn.q", "attn.v", "mlp.pre", "mlp.out", "resid_post"]


def png(seed: int, side: int = 16) -> bytes:
    """Noise, another one for each seed."""
    return encode(np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8))


def visualised_row(seed: int, **about: Any) -> dict[str, Any]:
    """One row of an analysis `visualised_…`."""
    known = {"model": MODEL, "run": 0, "site": "mlp.act", "layer": 1, "unit": 0, "replicate": 0, "weight": 0.018}
    known |= {"weight_units": "sd", "preset": "corrected", "parametrisation": "pixel", "set": "first"}
    known |= {"learning_rate": 0.1, "activation": 1.0, "activation_augmented": 0.9, "sd": 0.5, "percentile": 99.5}
    known |= {"total_variation": 3.0, "saturated": 0.0, "high_frequency": 0.2, "image": png(seed)}
    return known | about


def visualised_sites(units: int = 3, replicates: int = 2) -> pd.DataFrame:
    """Two sets, in both units of weights: seven sites, two layers."""
    cells = [
        {"set": name, "weight_units": name, "site": site, "layer": layer, "unit": unit, "replicate": replicate}
        for name in ("sd", "activation")
        for site in SITES
        for layer in (1, 4)
        for unit in range(units)
        for replicate in range(replicates)
    ]
    return pd.DataFrame([visualised_row(seed, **cell) for seed, cell in enumerate(cells)])


def quality_rows(cells: Sequence[dict[str, Any]], quantities: Sequence[str]) -> pd.DataFrame:
    """A row of a table `quality_…` per cell and quantity, with values of their own."""
    shared = {"model": MODEL, "run": 0, "site": "mlp.act", "layer": 4, "preset": "corrected", "n": 6}
    shared |= {"parametrisation": "pixel", "weight": 0.018, "weight_units": "sd", "set": "first"}
    rows = [{**shared, **cell, "quantity": quantity} for cell in cells for quantity in quantities]
    values = np.random.default_rng(0).uniform(0.2, 0.8, len(rows))
    return pd.DataFrame(rows).assign(value=values, low=values - 0.098, high=values + 0.098)


def quality_sites() -> pd.DataFrame:
    """Two sets, in both units of weights: seven sites, two layers, and both together."""
    places = [{"set": name, "weight_units": name, "site": site} for name in ("sd", "activation") for site in SITES]
    layered = quality_rows([place | {"layer": layer} for place in places for layer in (1, 4)], LAYERED)
    return pd.concat([layered, quality_rows([place | {"layer": -1} for place in places], ["told_apart"])])


LAYERED = ["high_frequency", "agreement", "activation", "works", "partner", "natural_partner"]


def mapped_row(unit: int, rank: int, **about: Any) -> dict[str, Any]:
    """One row of the analysis `mapped`."""
    values = np.random.default_rng(unit * 10 + rank).uniform(0, 1, 16)
    known = {"model": MODEL, "run": 0, "site": "mlp.act", "layer": 1, "unit": unit, "chosen": "mean", "rank": rank}
    known |= {"picture": f"p{rank}", "score": float(values.mean()), "rows": 4, "columns": 4, "map": values.tolist()}
    return known | {"scale": 1.0, "variation": 0.5, "of_place": True, "shown": True} | about


def thumbnails(count: int) -> pd.DataFrame:
    """The analysis `thumbnails`."""
    rows = [
        {"model": MODEL, "run": 0, "picture": f"p{n}", "thumbnail": png(1000 + n), "side": 16} for n in range(count)
    ]
    return pd.DataFrame(rows)


def selective_row(unit: int, attribute: str, c: float, **about: Any) -> dict[str, Any]:
    """One row of the analysis `selective_units`."""
    known = {"model": MODEL, "run": 0, "site": "mlp.act", "layer": 1, "unit": unit, "by": "mean", "best": "sea"}
    return known | {"attribute": attribute, "auc": 0.95, "c": c, "c_largest": c, "c_largest_of": "sea"} | about
