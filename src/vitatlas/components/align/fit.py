"""An alignment from beginning to end, by any method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from vitatlas.components.align.config import ISOMETRIC, Alignment, Method
from vitatlas.components.align.learners import make_learner
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs, check_alike
from vitatlas.components.align.procrustes import procrustes
from vitatlas.components.align.train import AlignmentTraining, mean_distance
from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint
from vitatlas.training.loop import run


@dataclass(frozen=True)
class Aligned:
    """An alignment.

    Attributes:
        maps: The maps, on the CPU.
        held_out: Their mean distance 1 - cos on the held-out images.
        epoch: The one they are of; 0 for a closed form.
        history: Rows with epoch, step, metric, value (`AlignmentTraining`).
    """

    maps: Maps
    held_out: float
    epoch: int
    history: list[dict[str, Any]]


def align(
    method: Method,
    settings: Alignment,
    train: Pairs,
    held_out: Pairs,
    *,
    title: str,
    device: torch.device,
    seed: int,
    checkpoint: Checkpoint,
) -> Aligned:
    """Find the maps of one method.

    Args:
        method: Which.
        settings: How.
        train, held_out: Images to learn from, and to choose the epoch by.
        title: Shown with the progress.
        device: Where to learn.
        seed: Initial entries and the order of images derive from it.
        checkpoint: From which a training continues; remove it when the maps are written.

    Raises:
        UserError: The splits differ in shape; too few images; values that are not finite; targets not of unit length;
            a text space narrower than the model where isometries are asked for; divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    check_alike(train, held_out)
    check_side(method, settings, train)
    if method == "procrustes":
        return _closed_form(train, held_out)
    training = AlignmentTraining(
        title, make_learner(method, settings, train, seed), settings, train, held_out, device, seed
    )
    run(training, checkpoint)
    return Aligned(training.kept(), training.best["held_out"], training.best["epoch"], training.history)


def _closed_form(train: Pairs, held_out: Pairs) -> Aligned:
    maps = procrustes(train).maps(train.shape[0])
    distance = mean_distance(maps, held_out)
    return Aligned(maps, distance, 0, [{"epoch": 0, "step": 0, "metric": "held_out", "value": distance}])


def check_side(method: Method, settings: Alignment, pairs: Pairs) -> None:
    """Refuse isometries into a text space that has no room for them, if `side` insists on them.

    Raises:
        UserError: It has fewer dimensions than the model.
    """
    _, width, text_width = pairs.shape
    if settings.side == "isometric" and method in ISOMETRIC and text_width < width:
        raise UserError(
            f"no map of {width} into {text_width} dimensions is an isometry, and method '{method}' is asked for one",
            where="key 'side' of the alignment",
            remedy="set side to either: maps are then isometric backwards; or choose a wider text space",
        )
