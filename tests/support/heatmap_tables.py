"""Tables of heat-maps, scores and segmentation as their jobs write them, with made-up numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.images.png import encode

FEATURES = {"animal": "swan", "pattern": "striped", "location": "pond"}
CONTROLS = {"none": 0.7, "other_heads": 0.6, "random": 0.3, "centre": 0.45, "share": 0.17}
GRID = 8


def heatmap_table(model: str, runs: int = 1, probes: int = 2, seed: int = 0) -> pd.DataFrame:
    """Maps of two pictures, and precision of three features."""
    generator = np.random.default_rng(seed)
    parts = []
    for run in range(runs):
        maps = [
            {
                **{"quantity": "map", "feature": feature, "text": text, "probe": probe, "picture": f"test/{probe}"},
                **{"name": "block.1.head.2", "reference": "L02H02", "value": 0.7, "rows": GRID, "columns": GRID},
                "png": encode(generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)),
                "map": generator.normal(size=GRID**2).tolist(),
            }
            for probe in range(probes)
            for feature, text in FEATURES.items()
        ]
        fits = [
            {"quantity": "average_precision", "feature": feature, "control": control, "value": value + 0.1 * run}
            for feature in FEATURES
            for control, value in CONTROLS.items()
        ]
        parts.append(pd.concat([pd.DataFrame(maps), pd.DataFrame(fits).assign(error=0.02, n=200)]).assign(run=run))
    return pd.concat(parts, ignore_index=True).assign(model=model)


def held_table(model: str, above: dict[str, float]) -> pd.DataFrame:
    """Rows of the scores: what a probe of the whole representation finds, above chance."""
    rows = [{"feature": feature, "value": value} for feature, value in above.items()]
    return pd.DataFrame(rows).assign(model=model, run=0, component=-1, quantity="decodability", name="z")


MEASURES = ("pixacc", "miou", "map", "iou_of_pictures", "miou_of_two")
METHODS = ("chefer", "gradcam", "decomposition", "everything", "centre", "random")


def segmentation_table(model: str, accuracy: float, undefined: str = "", runs: int = 1) -> pd.DataFrame:
    """Numbers that say which method and measure they are of: .10 for the first of the first, .01 more for each."""
    rows = [
        {"method": method, "quantity": measure, "value": 0.1 * (i + 1) + 0.01 * j, "error": 0.004, "reason": ""}
        for i, method in enumerate(METHODS)
        for j, measure in enumerate(MEASURES)
        if method != undefined
    ]
    rows += [{"method": undefined, "quantity": "undefined", "reason": "it has no class token"}] if undefined else []
    rows += [{"method": "", "quantity": "accuracy", "value": accuracy, "error": 0.02, "reason": ""}]
    rows += [{"method": "", "quantity": "chance", "value": 1 / 16, "reason": ""}]
    return pd.concat([pd.DataFrame(rows).assign(model=model, run=run, n=300) for run in range(runs)], ignore_index=True)
