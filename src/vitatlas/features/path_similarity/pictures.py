"""The pictures that are compared: one that was made for each unit, and the unit's natural top ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.features.moved.scores import score_all
from vitatlas.features.quality.job import REMEDY, load_visualisations
from vitatlas.features.quality.judge import in_batches
from vitatlas.features.quality.natural import UNIT
from vitatlas.jobs.progress import Progress
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer


def shown_pictures(images: Path, table: Path, model: str, run: int, side: int) -> tuple[np.ndarray, pd.DataFrame]:
    """The picture of each unit that galleries show, uint8 [N, side, side, 3], and its row.

    That is the first replicate at the first weight, in the first set that has the unit.

    Args:
        images, table: As `visualise` writes them.
        model, run: Whose features they are.
        side: Pixels that the encoder takes.

    Raises:
        UserError: Pictures that do not fit their table, are of another model or run, or of another side.
    """
    array, rows = load_visualisations(images, table)
    if set(zip(rows["model"], rows["run"], strict=True)) != {(model, run)}:
        raise UserError(f"these are not pictures of run {run} of '{model}'", where=table, remedy=REMEDY)
    if array.shape[1] != side:
        problem = f"the pictures have {array.shape[1]} pixels a side, and '{model}' takes {side}"
        raise UserError(problem, where=images, remedy=REMEDY)
    first = rows[rows["replicate"] == rows["replicate"].min()].drop_duplicates(UNIT)
    return array[first.index.to_numpy()], first.reset_index(drop=True)


@torch.no_grad()
def scores_of(
    encoder: Encoder, network: Sequence[Layer], images: np.ndarray, batch: int, device: Device, title: str
) -> dict[int, np.ndarray]:
    """The scores of all units on pictures: by layer, float32 [N, U], means over patches.

    Args:
        encoder: In evaluation mode.
        network: Its layers.
        images: uint8 [N, side, side, 3].
        batch: Pictures at a time.
        device: Where.
        title: What is being done.

    Raises:
        UserError: A score is not finite.
    """
    found: dict[int, list[np.ndarray]] = {layer.index: [] for layer in network}
    with Progress(len(images), title) as progress:
        for some in in_batches(images, batch):
            for layer, scores in score_all(encoder, network, some.to(device.torch)).items():
                found[layer].append(scores.cpu().numpy())
            progress.step(len(some))
    whole = {layer: np.concatenate(parts) for layer, parts in found.items()}
    bad = next((layer for layer, scores in whole.items() if not np.isfinite(scores).all()), None)
    if bad is not None:
        problem = f"the score of a unit of layer {bad} is not finite on a picture that was made"
        raise UserError(problem, where="--input weights", remedy="look at the weights of the model")
    return whole
