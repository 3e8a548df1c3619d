"""The test scenes that an analysis looks at, and the kinds of pair that they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vitatlas.errors import UserError
from vitatlas.jobs.job import Job
from vitatlas.relations.attention.masses import object_masks
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.files import scenes_by_split
from vitatlas.relations.scenes.scenes import Scenes

SPLIT = "test"
PAIRS = ("all", "same-color", "different-color", "same-shape", "different-shape")


def load_test_scenes(job: Job[Any]) -> Scenes:
    """The test scenes among the job's input `scenes`.

    Args:
        job: Its spec names task, setting and geometry.

    Raises:
        UserError: There is no table of the split, or two; a table is damaged, or of another task, setting or geometry.
    """
    spec = job.spec
    cell = {"task": spec.task, "setting": spec.setting, "geometry": spec.geometry.model_dump()}
    return Scenes.load(scenes_by_split(job.input.all("scenes"), [SPLIT], **cell)[SPLIT])


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
