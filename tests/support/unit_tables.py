"""Tables of visualisations, maps and thumbnails as their jobs write them, with made-up numbers and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from vitatlas.images.png import encode

GRID = 8
Units = Mapping[int, Sequence[int]]
"""By layer, in the order in which they were visualised."""


def unit_tables(model: str, units: Units, layers: int | None = None, run: int = 0, seed: int = 0) -> pd.DataFrame:
    """The three tables of one run, one below the other.

    Args:
        units: Which are visualised, twice each, and mapped on their first two top pictures by either score.
        layers: Of the network; one more unit of each is mapped, and not visualised.
    """
    generator = np.random.default_rng(seed)
    deepest = max(units) + 1 if layers is None else layers
    large, little = ([_picture(generator, side) for _ in range(9)] for side in (160, 64))
    pairs = [(layer, unit) for layer, some in units.items() for unit in some]
    others = [(layer, 900) for layer in range(deepest)]
    made = [
        {
            **{"layer": layer, "unit": unit, "replicate": replicate, "weight": 0.018, "weight_units": "sd", "sd": 0.1},
            **{"activation": generator.normal(), "percentile": 100 * generator.random(), "set": "first"},
            "image": large[generator.integers(len(large))],
        }
        for layer, unit in pairs
        for replicate in (0, 1)
    ]
    maps = [
        {
            **{"layer": layer, "unit": unit, "chosen": chosen, "rank": rank, "scale": 0.9, "score": 1 - rank / 10},
            **{"picture": f"probe/{(7 * layer + unit + rank) % 50}", "rows": GRID, "columns": GRID},
            **{"map": generator.random(GRID**2).tolist(), "variation": generator.random()},
        }
        for layer, unit in [*pairs, *others]
        for chosen in ("maximum", "mean")
        for rank in (4, 2)
    ]
    small = [
        {"picture": f"probe/{number}", "thumbnail": little[generator.integers(len(little))]} for number in range(50)
    ]
    at_site = [pd.DataFrame(rows).assign(site="mlp.act") for rows in (made, maps)]
    return pd.concat([*at_site, pd.DataFrame(small)], ignore_index=True).assign(model=model, run=run)


def _picture(generator: np.random.Generator, side: int) -> bytes:
    """Noise in squares of four pixels."""
    coarse = generator.integers(0, 256, (side // 4, side // 4, 3), dtype=np.uint8)
    return encode(coarse.repeat(4, axis=0).repeat(4, axis=1))
