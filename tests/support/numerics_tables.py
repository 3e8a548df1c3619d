"""Tables of the decomposition's numerics as the job writes them, with made-up numbers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

SIZES = {"float32": 2e-7, "float64": 4e-16}
KINDS = ("init", "head", "head", "mlp", "conv")


def exactness_table(model: str, runs: int = 1, pictures: int = 5) -> pd.DataFrame:
    """Errors that grow with the picture's number, and are 8e-3 by the reference's rule."""
    rows = [
        {"quantity": "sum", "policy": policy, "layernorm": layernorm, "precision": precision, "value": error}
        for policy, layernorm, (precision, size) in product(
            ("separate", "own", "uniform"), ("corrected", "reference"), SIZES.items()
        )
        for error in [size if layernorm == "corrected" else 8e-3]
    ]
    tokens = {"quantity": "tokens", "policy": "separate", "layernorm": "corrected"}
    rows += [tokens | {"precision": precision, "value": size / 2} for precision, size in SIZES.items()]
    table = pd.DataFrame(rows).merge(pd.DataFrame({"picture": range(pictures)}), how="cross")
    table["value"] *= 1 + table["picture"] / 10
    return pd.concat([table.assign(run=run) for run in range(runs)], ignore_index=True).assign(model=model)


def bias_policy_table(model: str, runs: int = 1) -> pd.DataFrame:
    """Changes of which one is 0 and others are beyond the axis; lengths whose order `uniform` turns around."""
    named = pd.DataFrame({"component": range(len(KINDS)), "name": [f"the {i}" for i in range(len(KINDS))]})
    named["kind"] = KINDS
    lengths = {"separate": [1, 2, 3, 4, 5], "own": [1, 2, 3, 4, 5], "uniform": [5, 4, 3, 2, 1]}
    parts = [named.assign(quantity="length", policy=policy, value=values) for policy, values in lengths.items()]
    for quantity, policy in (("difference", "own"), ("difference", "uniform"), ("refined", "uniform")):
        parts.append(named.assign(quantity=quantity, policy=policy, value=[3000.0, 0.1, 0.02, 0.0, 1e-9]))
    table = pd.concat(parts, ignore_index=True)
    return pd.concat([table.assign(run=run) for run in range(runs)], ignore_index=True).assign(model=model, n=96)


def throughput_table(model: str, runs: int = 1, rounds: int = 3, slow: float = 1) -> pd.DataFrame:
    """Rates of 1,000, 800 and 500 pictures per second in the first round, half of that in the second, and so on."""
    rows = [
        {"quantity": "rate", "what": what, "round": number, "value": rate / (1 + number) / slow}
        for number in range(rounds)
        for what, rate in (("forward", 1000.0), ("components", 800.0), ("tokens", 500.0))
    ]
    rows += [
        {"quantity": "memory", "what": what, "round": 0, "value": value}
        for what, value in (("forward", 10.0), ("components", np.nan), ("tokens", 24.0))
    ]
    rows += [
        {"quantity": "stored", "what": what, "round": 0, "value": value}
        for what, value in (("float32", 8192), ("float16", 4096))
    ]
    about = {"batch": 32, "components": 32, "width": 64, "clock": "cpu", "machine": "a processor, 2 cores, 24 GB"}
    table = pd.DataFrame(rows).assign(**about)
    return pd.concat([table.assign(run=run) for run in range(runs)], ignore_index=True).assign(model=model)
