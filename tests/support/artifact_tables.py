"""Small made-up analysis tables for the tests of figures and tables."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from PIL import Image

SPLITS = ("train", "val", "test_iid", "test", "ood_shape", "ood_color", "ood_shape_color", "photoreal")


def attention_table(
    model: str, task: str, setting: str = "256", layers: int = 6, heads: int = 4, runs: int = 3
) -> pd.DataFrame:
    """Attention that moves from objects to pairs to the background as layers go up, with noise between runs."""
    rng = np.random.default_rng(len(model) + len(task))
    height = {"WO": 0.0, "WO_direct": 0.0, "WP": 0.45, "BP": 0.65, "BG": 0.95}
    if task == "discrimination":
        del height["BP"]
    strength = rng.uniform(0.2, 1, (layers, heads))
    rows = []
    for run in range(runs):
        for layer in range(layers):
            for head in range(heads):
                near = {q: np.exp(-(((layer / (layers - 1) - at) / 0.3) ** 2)) for q, at in height.items()}
                mass = {q: v * strength[layer, head] for q, v in near.items() if q != "WO_direct"}
                total = sum(mass.values()) + 0.2
                noise = rng.normal(0, 0.02)
                cell = {q: float(np.clip(v / total + noise, 0, 1)) for q, v in mass.items()}
                cell["WO_direct"] = 0.8 * cell["WO"]
                cell["global"] = float(np.clip(1 - cell["WO"], 0, 1))
                for quantity, value in cell.items():
                    for pairs, factor in (("all", 1.0), ("same-color", 1.1), ("different-color", 0.8)):
                        rows.append((run, layer, head, quantity, pairs, min(1.0, value * factor)))
    table = pd.DataFrame(rows, columns=["run", "layer", "head", "quantity", "pairs", "value"])
    return table.assign(model=model, task=task, setting=setting, sem=0.01, n=100)


def behavior_table(
    model: str, task: str, setting: str = "256", runs: int = 3, chance: bool = False, splits: tuple[str, ...] = SPLITS
) -> pd.DataFrame:
    """Metrics of every split, run and checkpoint; of a model that solves its task, or one at chance."""
    rng = np.random.default_rng(len(model) + len(task) + int(setting))
    rows = [
        (run, checkpoint, split, metric, 0.49 if chance else float(rng.uniform(0.6, 1)), 1000)
        for run in range(runs)
        for checkpoint in ("best", "last")
        for split in splits
        for metric in ("loss", "accuracy", "auc")
    ]
    table = pd.DataFrame(rows, columns=["run", "checkpoint", "split", "metric", "value", "n"])
    return table.assign(model=model, task=task, setting=setting)


def png(side: int = 48, seed: int = 0) -> bytes:
    """A picture of noise squares on white."""
    rng = np.random.default_rng(seed)
    pixels = np.full((side, side, 3), 255, np.uint8)
    box = side // 3
    for corner in (0, side - box):
        pixels[corner : corner + box, corner : corner + box] = rng.integers(0, 250, (box, box, 3))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def walkthrough_table(model: str, grid: int = 6, span: int = 2, patch: int = 8) -> pd.DataFrame:
    """Attention of two objects and the class token for four heads."""
    rng = np.random.default_rng(grid)
    first, second = grid + 1, (grid - span) * grid + grid - span
    block = [row * grid + column for row in range(span) for column in range(span)]
    owner = np.full(grid * grid, "background", dtype=object)
    owner[[first + token for token in block]] = "object 1"
    owner[[second + token for token in block]] = "object 2"
    queries = [(-1, "class token")] + [(token, name) for token, name in enumerate(owner) if name != "background"]
    keys = [-1, *range(grid * grid)]
    sets = ["class token", *owner]
    rows = []
    for role, (layer, head, pull) in {
        "within object, local": (0, 1, lambda q, k: 4.0 if k == q + 1 else 2.0 if k == q else -3.0),
        "within object, whole": (2, 3, lambda q, k: 3.0 if owner[k] == owner[q] else -3.0),
        "between objects": (3, 0, lambda q, k: 3.0 if "background" != owner[k] != owner[q] else -3.0),
        "background": (5, 2, lambda q, k: 6.0 if k == 4 else -1.0),
    }.items():
        for token, name in queries:
            logits = np.array([1.0] + [pull(token, key) for key in keys[1:]]) + rng.normal(0, 0.5, len(keys))
            weights = np.exp(logits) / np.exp(logits).sum()
            rows += [
                (role, layer, head, name, token, key_set, key, value)
                for key_set, key, value in zip(sets, keys, weights, strict=True)
            ]
    columns = ["role", "layer", "head", "query_set", "query_token", "key_set", "key_token", "value"]
    table = pd.DataFrame(rows, columns=columns)
    identity = {"model": model, "task": "discrimination", "setting": "32", "run": 0, "scene": 17, "label": 0}
    return table.assign(**identity, png=png(grid * patch))
