"""Which test scenes an analysis looks at, and which kinds of pair they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vitatlas.config.models import Geometry
from vitatlas.errors import UserError
from vitatlas.relations.masses import object_masks
from vitatlas.stimuli.scenes import Scenes, read_metadata

PAIRS = ("all", "same-color", "different-color", "same-shape", "different-shape")


def load_test_scenes(path: str | Path, *, task: str, setting: str, geometry: Geometry) -> Scenes:
    """Read a table of test scenes and make sure that it is the one meant.

    Raises:
        UserError: The table is unreadable, or of another task, setting, split or geometry.
    """
    expected: dict[str, Any] = {"task": task, "setting": setting, "split": "test", "geometry": geometry.model_dump()}
    found = read_metadata(path)
    for key, value in expected.items():
        if found.get(key) != value:
            raise UserError(
                f"the scenes are of {key} {found.get(key)}, wanted is {value}",
                where=path,
                remedy="pass the test scenes that were made for this model's geometry and this task",
            )
    return Scenes.load(path)


def choose(scenes: Scenes, per_class: int, seed: int) -> Scenes:
    """A random sample of `per_class` scenes of each label, in the order of the table; it depends on `seed` only.

    Raises:
        UserError: A class holds fewer scenes.
    """
    rng = np.random.default_rng(seed)
    chosen = []
    for label, name in ((0, "different"), (1, "same")):
        rows = np.flatnonzero(scenes.label == label)
        if len(rows) < per_class:
            raise UserError(
                f"{per_class} test scenes of class '{name}' are wanted, there are {len(rows)}",
                where="images_per_class",
                remedy="lower images_per_class, or make more test scenes",
            )
        chosen.append(rng.choice(rows, per_class, replace=False))
    return scenes[np.sort(np.concatenate(chosen))]


def pair_groups(scenes: Scenes) -> NDArray[np.bool_]:
    """Which of `PAIRS` each (sample) pair belongs to: bool [N, len(PAIRS)]."""
    color = scenes.color[:, 0] == scenes.color[:, 1]
    shape = scenes.shape[:, 0] == scenes.shape[:, 1]
    return np.stack([np.ones_like(color), color, ~color, shape, ~shape], axis=1)


def scene_objects(scenes: Scenes, geometry: Geometry, prefix: int) -> torch.Tensor:
    """Which tokens each object covers in a model with `prefix` tokens before the patches: bool [N, K, T]."""
    return object_masks(torch.from_numpy(scenes.tokens(geometry)), geometry.grid**2, prefix)
