"""Small tables of a finished tier in which every invariant holds, for the tests of invariants."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from vitatlas.images.photoreal.images import Rendered
from vitatlas.images.png import encode
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.invariants.finished import CounterfactualSet, Finished, Pretrained, SceneSet
from vitatlas.relations.invariants.spec import Expected
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.vocabulary import PROPERTIES, SETTINGS, SPLITS, TASKS

GRID = Geometry(canvas=48, patch=8, object=16, sprite=14)
LAYERS = 3
EXCHANGES = ("train", "val", "test", "test_iid")
SCENES = 64
ERROR = 2 / SCENES
EXPECTED = Expected(
    scenes=dict.fromkeys(SPLITS, SCENES),
    counterfactuals=dict.fromkeys(EXCHANGES, 16),
    draws=3,
    attention_images=10,
    probe_images={"train": 40, "test_iid": 24},
    photoreal_images=30,
    geometries={"mini": GRID},
    mean_readout=["other"],
)


@cache
def finished() -> Finished:
    """All tables; whoever changes one copies it first."""
    scenes, sets = {}, {}
    for task, setting in product(TASKS, SETTINGS):
        for split in SPLITS:
            made = make_split(task, setting, split, SCENES, GRID, seed=0)
            scenes[SceneSet("mini", task, setting, split)] = made.to_frame()
            for name in PROPERTIES if split in EXCHANGES else ():
                examples = make_counterfactuals(made, name, split, 16, GRID, seed=0, reuse=8)
                sets[CounterfactualSet("mini", task, setting, name, split)] = examples.to_frame(GRID)
    tables = {"attention": attention(), "das": das(), "novel": novel(), "probe": probe(), "behaviour": behaviour()}
    tables |= {"photoreal_behaviour": photoreal(), "departures": departures()}
    return Finished(EXPECTED, tables, scenes, sets, {Pretrained("a", "run0"): shown()}, {"48": photographs()})


def shown() -> pd.DataFrame:
    """What a pretraining showed: two combinations that every setting trains on, and none of the others."""
    rows = [(14, 0, 30), (15, 0, 0), (0, 1, 20), (0, 0, 0), (17, -1, 0), (-1, 18, 0), (-1, -1, 500)]
    return pd.DataFrame(rows, columns=["shape", "color", "objects"])


def of_run(rows: list[dict[str, object]], task: str = "rmts", setting: str = "256") -> pd.DataFrame:
    """Rows of one fine-tuning run."""
    return pd.DataFrame(rows).assign(model="a", task=task, setting=setting, run=0)


def attention() -> pd.DataFrame:
    """Two heads per layer."""
    values = {"WO": 0.5, "WO_direct": 0.4, "WP": 0.2, "BG": 0.3, "global": 0.5, "BP": 0.1}
    keys = product(range(LAYERS), range(2), (("all", 20), ("same-color", 12)), values.items())
    return of_run(
        [
            {"layer": layer, "head": head, "pairs": pairs, "quantity": quantity, "value": value, "sem": 0.01, "n": n}
            for layer, head, (pairs, n), (quantity, value) in keys
        ]
    )


def success(layer: int) -> float:
    """What exchanges do: block 1 was given no subspace, and the last one changes nothing."""
    return 0.75 if layer == 0 else 0.25


def das() -> pd.DataFrame:
    """Both directions, of half of the examples each."""
    keys = product(range(LAYERS), PROPERTIES, ("val", "test_iid"), ("different-to-same", "same-to-different"))
    return of_run(
        [
            {"layer": layer, "property": name, "control": "none", "split": split, "direction": direction}
            | {"accuracy": success(layer), "n": 8, "base_error": 0.25, "subspace_size": 0 if layer == 1 else 12}
            for layer, name, split, direction in keys
        ]
    )


def novel() -> pd.DataFrame:
    """Novel representations in the same subspaces."""
    return of_run(
        [
            {"layer": layer, "property": name, "method": "added", "split": "test_iid", "accuracy": success(layer)}
            | {"n": 16, "draws": 3, "base_error": 0.25, "subspace_size": 0 if layer == 1 else 12}
            for layer, name in product(range(LAYERS), PROPERTIES)
        ]
    )


def probe() -> pd.DataFrame:
    """Probes, interventions and controls."""
    rows: list[dict[str, object]] = []
    for layer in range(LAYERS):
        about = {"layer": layer, "pair": "mean"}
        rows += [
            about | {"quantity": "probe", "split": split, "value": 0.9, "n": n, "base_error": float("nan")}
            for split, n in (("train", 80), ("test_iid", 48))
        ]
        rows += [
            about
            | {"quantity": quantity, "split": "test_iid", "n": 48, "base_error": ERROR}
            | {"value": ERROR if layer == LAYERS - 1 else 0.5}
            for quantity in ("intervention", "control")
        ]
    return of_run(rows)


def behaviour() -> pd.DataFrame:
    """Answers of two models."""
    rows: list[dict[str, object]] = [
        {"checkpoint": checkpoint, "split": split, "metric": metric, "value": 1 - ERROR, "n": SCENES}
        for checkpoint, split, metric in product(("best", "last"), SPLITS, ("accuracy", "auc", "loss"))
    ]
    return pd.concat([of_run(rows), of_run(rows, "discrimination", "32")], ignore_index=True)


def photographs() -> Rendered:
    """Images of two objects of random colors, as unlike in same pairs as in different ones."""
    rng, count = np.random.default_rng(0), 128
    mask = np.tile(np.array([[1, 1, 0, 2, 2]] * 2 + [[0] * 5] * 3, np.uint8), (count, 1, 1))
    image = rng.integers(0, 256, (count, 3, 1, 3), np.uint8)[np.arange(count)[:, None, None], mask, 0]
    label = np.tile([0, 1, 1, 0], count // 4)
    return Rendered(np.arange(count), label, image, mask, [encode(picture) for picture in image])


def photoreal() -> pd.DataFrame:
    """Answers to photorealistic images."""
    row = {"checkpoint": "best", "split": "photoreal", "metric": "accuracy", "value": 0.5, "n": 30}
    return of_run([row], "discrimination")


def departures() -> pd.DataFrame:
    """One comparison of protocols."""
    about = {"departure": "seen_accuracy", "quantity": "accuracy, seen combinations", "n": SCENES}
    rows: list[dict[str, object]] = [
        about | {"protocol": name, "value": 1 - ERROR} for name in ("corrected", "reference")
    ]
    return of_run(rows, "discrimination", "32")
