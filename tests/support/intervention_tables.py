"""Small made-up tables of interventions, shaped like published ones, for the tests of figures."""

from __future__ import annotations

import json
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from scene_files import write_counterfactuals

from vitatlas.jobs.job import parse
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactual_examples import counterfactual_examples
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.spec import CounterfactualExamplesSpec

PROPERTIES = ("shape", "color")
DIRECTIONS = ("different-to-same", "same-to-different")
METHODS = ("added", "interpolated", "sampled", "random")
PEAK = {"shape": 0.92, "color": 0.9}
HEIGHT = {"added": 0.95, "interpolated": 0.85, "sampled": 0.75, "random": 0.57}
KINDS = {"edited_object": 0.0, "other_objects": 0.35, "background": 0.6, "class_token": 1.0}


def _course(layer: int, layers: int, peak: float, base: float) -> float:
    """Rises to a peak at a fifth of the layers, then falls to the base error."""
    at = layer / max(layers - 1, 1)
    rise = 0.55 + (peak - 0.55) * np.exp(-(((at - 0.2) / 0.18) ** 2)) if at < 0.2 else peak
    fall = 1 / (1 + np.exp((at - 0.4) / 0.06))
    return float(base + (rise - base) * fall)


def das_table(
    model: str,
    task: str,
    setting: str = "256",
    layers: int = 6,
    runs: int = 3,
    controls: tuple[str, ...] = ("none", "wrong_object", "random_patch"),
    splits: tuple[str, ...] = ("train", "test_iid"),
    peak: float | None = None,
) -> pd.DataFrame:
    """Success that peaks early, controls near chance there, all at the base error in the end."""
    rng = np.random.default_rng(len(model) + len(task))
    pairs = ("sample", "display") if task == "rmts" else ("sample",)
    rows = []
    keys = product(range(runs), range(layers), PROPERTIES, controls, splits, DIRECTIONS, pairs)
    for run, layer, name, control, split, direction, pair in keys:
        base = 0.01 if direction == DIRECTIONS[0] else 0.03
        top = (PEAK[name] if peak is None else peak) if control == "none" else {"wrong_object": 0.5}.get(control, 0.4)
        height = _course(layer, layers, top - (0.05 if direction == DIRECTIONS[0] else -0.05), base)
        last = layer == layers - 1
        accuracy = base if last else float(np.clip(height + rng.normal(0, 0.015), 0, 1))
        rows.append((run, layer, name, control, split, direction, pair, accuracy, 0.3, 500, base, 12, 120, None))
    columns = ["run", "layer", "property", "control", "split", "direction", "pair", "accuracy", "loss", "n"]
    table = pd.DataFrame(rows, columns=[*columns, "base_error", "subspace_size", "steps", "warning"])
    return table.assign(model=model, task=task, setting=setting)


def novel_table(model: str, task: str, setting: str = "256", layers: int = 6, runs: int = 3) -> pd.DataFrame:
    """Added above interpolated above sampled above random, in early layers."""
    rng = np.random.default_rng(len(model) + len(task))
    rows = []
    for run, layer, name, method in product(range(runs), range(layers), PROPERTIES, METHODS):
        peak = HEIGHT[method] * PEAK[name] / 0.92
        accuracy = float(np.clip(_course(layer, layers, peak, 0.02) + rng.normal(0, 0.02), 0, 1))
        wide = 0.03 * accuracy
        rows.append((run, layer, name, method, "test_iid", accuracy, 1000, accuracy - wide, accuracy + wide, 0.02))
    columns = ["run", "layer", "property", "method", "split", "accuracy", "n", "low", "high", "base_error"]
    table = pd.DataFrame(rows, columns=columns).assign(model=model, task=task, setting=setting, warning=None)
    return table.assign(made_same=table["accuracy"] ** 2)


def flow_table(model: str, task: str, setting: str = "256", layers: int = 6, runs: int = 3) -> pd.DataFrame:
    """Information that moves from the object to the class token."""
    rng = np.random.default_rng(len(model) + len(task))
    rows = []
    keys = product(range(runs), range(layers), PROPERTIES, KINDS, DIRECTIONS)
    for run, layer, name, kind, direction in keys:
        near = np.exp(-(((layer / (layers - 1) - KINDS[kind]) / 0.35) ** 2))
        accuracy = float(np.clip(0.03 + 0.92 * near + rng.normal(0, 0.01), 0, 1))
        rows.append((run, layer, name, kind, direction, "test_iid", accuracy, 200, 0.03))
    columns = ["run", "layer", "property", "tokens", "direction", "split", "accuracy", "n", "base_error"]
    return pd.DataFrame(rows, columns=columns).assign(model=model, task=task, setting=setting)


def probe_table(model: str, task: str = "rmts", setting: str = "256", layers: int = 6, runs: int = 3) -> pd.DataFrame:
    """Probes that rise to near 1, interventions that work in the middle, most with twice the direction; the display
    pair easier than the sample pair."""
    rng = np.random.default_rng(len(model) + len(task))
    columns = ["run", "layer", "quantity", "pair", "alpha", "split", "value"]
    rows = []
    for run, layer in product(range(runs), range(layers)):
        at = layer / (layers - 1)
        heights = {("probe", None): 0.5 + 0.48 / (1 + np.exp((0.35 - at) / 0.06))}
        for alpha in (0.5, 1.0, 2.0):
            heights["intervention", alpha] = 0.03 + 0.9 * alpha / 2 * np.exp(-(((at - 0.5) / 0.2) ** 2))
            heights["control", alpha] = 0.03 + 0.2 * alpha / 2 * np.exp(-((at / 0.2) ** 2))
        for (quantity, alpha), height in heights.items():
            halves = [float(np.clip(height + by + rng.normal(0, 0.01), 0, 1)) for by in (-0.04, 0.04)]
            for pair, value in zip(("sample", "display", "mean"), (*halves, sum(halves) / 2), strict=True):
                rows.append((run, layer, quantity, pair, alpha, "test_iid", value))
                rows.extend([(run, layer, quantity, pair, alpha, "train", value)] * (quantity == "probe"))
    table = pd.DataFrame(rows, columns=columns).astype({"alpha": float})
    bounds = {"low": (table["value"] - 0.03).clip(0), "high": (table["value"] + 0.03).clip(upper=1)}
    errors = (0.02 + 0.01 * table["run"]).where(table["quantity"] != "probe")
    table = table.assign(**bounds, n=500, base_error=errors, warning=None)
    return table.assign(model=model, task=task, setting=setting)


@cache
def example_table(task: str, setting: str = "256", geometry: Geometry | None = None) -> pd.DataFrame:
    """Example counterfactuals, made by the job that makes them."""
    import tempfile
    from pathlib import Path

    geometry = geometry or Geometry(canvas=48, patch=8, object=16, sprite=14)
    scenes = make_split(task, setting, "test_iid", 400, geometry, 0)
    about = {"task": task, "setting": setting, "split": "test_iid"}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.parquet" for name in PROPERTIES]
        for name, file in zip(PROPERTIES, files, strict=True):
            made = make_counterfactuals(scenes, name, "test_iid", 40, geometry, 0)
            write_counterfactuals(file, made, geometry, **about)
        arguments = ["--input", "counterfactuals", *map(str, files), "--output", "table", f"{folder}/examples.parquet"]
        spec = {**about, "geometry": geometry.model_dump(), "noise_std": 10}
        counterfactual_examples(parse(CounterfactualExamplesSpec, [*arguments, "--spec", json.dumps(spec)]))
        return pd.read_parquet(Path(folder) / "examples.parquet")


def departures_table(model: str, task: str, setting: str = "256", runs: int = 3) -> pd.DataFrame:
    """What two departures do to a few quantities."""
    rng = np.random.default_rng(len(model) + len(task))
    effect = {
        "normalisation": {
            "errors without an intervention": (0.02, 0.4),
            "interventions, shape, near the best layer": (0.9, 0.6),
            "interventions, colour, near the best layer": (0.8, 0.7),
        },
        "novel_draws": {"added, shape, half-width of its interval": (0.05, 0.15)},
    }
    rows = [
        (run, departure, quantity, protocol, float(np.clip(value + rng.normal(0, 0.02), 0, 1)), 1000)
        for departure, quantities in effect.items()
        for quantity, pair in quantities.items()
        for protocol, value in zip(("corrected", "reference"), pair, strict=True)
        for run in range(runs)
    ]
    table = pd.DataFrame(rows, columns=["run", "departure", "quantity", "protocol", "value", "n"])
    return table.assign(model=model, task=task, setting=setting)
