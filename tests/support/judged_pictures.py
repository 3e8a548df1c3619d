"""Pictures as visualisations of made-up features, with their table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

SIDE = 32


def wave(cycles: float, angle: float, phase: float, color: Iterable[float]) -> np.ndarray:
    """A coloured grating, uint8 [S, S, 3], of so many cycles per picture along its direction."""
    y, x = np.mgrid[:SIDE, :SIDE] * 2 * np.pi * cycles / SIDE
    grey = 0.5 + 0.45 * np.sin(np.cos(angle) * x + np.sin(angle) * y + phase)
    return np.rint(255 * grey[..., None] * np.array(list(color))).astype(np.uint8)


def table(features: Iterable[tuple[str, int, int]], replicates: int, **columns: object) -> pd.DataFrame:
    """One row per feature (site, layer, unit) and replicate, feature by feature."""
    rows = [(*feature, r) for feature in features for r in range(replicates)]
    made = {
        "model": "seen",
        "run": 0,
        "set": "first",
        "preset": "corrected",
        "parametrisation": "pixel",
        "weight": 0.02,
    }
    made |= {"weight_units": "sd", "activation": 3.0, "sd": 1.5, "percentile": 99.5} | columns
    return pd.DataFrame(rows, columns=["site", "layer", "unit", "replicate"]).assign(**made)


def gratings(rows: pd.DataFrame, seed: int = 0) -> np.ndarray:
    """A picture for each row: layer 0 coarse, others fine; a colour and direction for each unit; phases at random."""
    rng = np.random.default_rng(seed)
    colors = np.random.default_rng(1).uniform(0.1, 1, (rows["unit"].max() + 1, 3))
    return np.stack(
        [
            wave(2 if layer == 0 else 9, unit, rng.uniform(0, 6), colors[unit])
            for layer, unit in zip(rows["layer"], rows["unit"], strict=True)
        ]
    )
