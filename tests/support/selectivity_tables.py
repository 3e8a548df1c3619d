"""Made-up tables of what units are selective for, as the job writes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

ATTRIBUTES = ("category", "color", "pattern", "location", "count")
NULLS = {"eta2": 0.004, "best_auc": 0.55, "entropy": 2.0, "share_selective": 0.0}


def layers_table(model: str, layers: int = 4, site: str = "mlp.act", run: int = 0, **changed: float) -> pd.DataFrame:
    """One row per layer, way to score, quantity and attribute; η² of the category rises, all others fall.

    Args:
        changed: Values by quantity, in place of those of all layers and attributes.
    """
    rows = [
        _row(quantity, attribute, layer, by, layers) | {"null": null}
        for by in ("mean", "maximum")
        for layer in range(layers)
        for attribute in (*ATTRIBUTES, "kind")
        for quantity, null in NULLS.items()
    ]
    for by in ("mean", "maximum"):
        for layer in range(layers):
            rows += [
                _row(name, attribute, layer, by, layers)
                for name in ("share_of_eta2", "explains_most")
                for attribute in ATTRIBUTES
            ]
            rows.append(_row("between_kinds", "kind", layer, by, layers) | {"null": 0.1})
        for attribute in ATTRIBUTES:
            rows.append(_row("progression_share", attribute, -1, by, layers) | {"null": 0.8})
    table = pd.DataFrame(rows).assign(model=model, run=run, site=site)
    for quantity, value in changed.items():
        table.loc[table["quantity"] == quantity, ["value", "low", "high"]] = value
    return table


def units_table(model: str = "one", units: int = 5, layers: int = 2) -> pd.DataFrame:
    """One row per unit, way to score and attribute: random numbers that fit each other."""
    rng = np.random.default_rng(0)
    rows = []
    for layer in range(layers):
        for unit in range(units):
            for by in ("mean", "maximum"):
                rows += [_unit(rng, layer, unit, by, attribute) for attribute in (*ATTRIBUTES, "kind")]
    table = pd.DataFrame(rows).assign(model=model, run=0, site="mlp.act")
    keys = ["layer", "unit", "by"]
    of_category = table[table["attribute"] == "category"].set_index(keys)["eta2"]
    kinds = table["attribute"] == "kind"
    table.loc[kinds, "eta2"] = [of_category[tuple(row)] / 2 for row in table.loc[kinds, keys].to_numpy()]
    return table


def means_of(units: pd.DataFrame) -> pd.DataFrame:
    """The rows of the table of layers that are means over these units."""
    keys = ["model", "run", "site", "layer", "by", "attribute"]
    parts = []
    for quantity, column in {"eta2": "eta2", "best_auc": "auc", "entropy": "entropy"}.items():
        found = units.groupby(keys, sort=False)[column].agg(value="mean", n="count").reset_index()
        parts.append(found.assign(quantity=quantity, low=found["value"], high=found["value"], null=0.1))
    return pd.concat(parts, ignore_index=True)


def _row(quantity: str, attribute: str, layer: int, by: str, layers: int) -> dict[str, Any]:
    rising = attribute == "category"
    depth = (layer + 1) / layers
    value = 0.2 * (depth if rising else 1.1 - depth)
    if quantity == "share_of_eta2":
        value = depth / 2 if rising else (1 - depth / 2) / 4
    if quantity == "explains_most":
        value = 1.0 if rising else 0.0
    if layer < 0:
        value = 1.0 if rising else -1.0
    about = {"quantity": quantity, "attribute": attribute, "layer": layer, "by": by}
    low, high = max(value - 0.02, -1.0 if layer < 0 else 0.0), min(value + 0.02, 1.0)
    return about | {"value": value, "low": low, "high": high, "n": 100, "null": np.nan}


def _unit(rng: np.random.Generator, layer: int, unit: int, by: str, attribute: str) -> dict[str, Any]:
    auc = 0.6 + 0.3 * rng.random()
    about = {"layer": layer, "unit": unit, "by": by, "attribute": attribute, "best": "one", "strata": 4}
    found = {"auc": auc, "signed": auc, "c": auc - 0.1, "c_largest": auc - 0.05, "c_largest_of": "two"}
    return about | found | {"eta2": rng.random() / 2, "entropy": rng.random()}
