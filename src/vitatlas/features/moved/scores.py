"""The scores of units on the copies of their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.features.maps.pictures import chosen
from vitatlas.features.moved.copies import SHIFTS, TURNS, angles, shifted, turned
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, observe, patches

COPIES = TURNS + SHIFTS
COLUMNS = ("untouched", "first_turned", "turned", "shifted")
"""Scores of a unit: on the picture, on its first turned copy, and means over turned and over shifted copies."""


def score_all(encoder: Encoder, network: Sequence[Layer], images: Tensor) -> dict[int, Tensor]:
    """The scores of all units: by layer, float32 [B, M], the mean of activation over patches.

    Args:
        encoder: In evaluation mode.
        network: Its layers.
        images: uint8 [B, 3, side, side].
    """
    found: dict[int, Tensor] = {}

    def keep(layer: Layer, value: Tensor) -> None:
        found[layer.index] = patches(encoder, layer.activation, value, encoder.side).float().mean((1, 2))

    with observe(encoder, {layer.activation: partial(keep, layer) for layer in network}):
        encoder(images)
    return found


def copies_of(image: Tensor, name: str, step: int, seed: int) -> Tensor:
    """The turned copies of a picture, then the shifted ones: [34, C, S, S].

    Args:
        image: [C, S, S].
        name: The picture's id.
        step: Pixels of a shift.
        seed: Of angles.
    """
    return torch.cat([turned(image, angles(seed, name)), shifted(image, step)])


def summed_up(scores: Tensor) -> Tensor:
    """The scores [B, 34, …] of copies in short: [B, 4, …], in the order of `COLUMNS`."""
    rotated, moved = scores.split([TURNS, SHIFTS], 1)
    return torch.stack([moved[:, 0], rotated[:, 0], rotated.mean(1), moved.mean(1)], 1)


@torch.no_grad()
def unit_scores(
    encoder: Encoder,
    network: Sequence[Layer],
    pictures: Pictures,
    units: pd.DataFrame,
    batch: int,
    step: int,
    seed: int,
    done: int = 0,
) -> Iterator[tuple[int, Tensor]]:
    """Scores of units on their pictures, some pictures at a time: how many pictures they are, and float64 [units, 4].

    Args:
        encoder: In evaluation mode.
        network: Its layers.
        pictures: The set.
        units: As `units_with_pictures` gives them; results come in this order.
        batch: Copies at a time, or those of one picture.
        step, seed: As of `copies_of`.
        done: Pictures that are not needed any more.
    """
    groups = [group for _, group in units.groupby("position", sort=True)][done:]
    if not groups:
        return
    some = chosen(pictures, [int(group["position"].iloc[0]) for group in groups])
    device, start = next(encoder.parameters()).device, 0
    for images in some.batches(max(batch // COPIES, 1)):
        here = groups[start : start + len(images)]
        names = [str(group["picture"].iloc[0]) for group in here]
        copies = [copies_of(image, name, step, seed) for image, name in zip(images.to(device), names, strict=True)]
        scores = score_all(encoder, network, torch.cat(copies))
        kept = {layer: summed_up(found.unflatten(0, (-1, COPIES)).double().cpu()) for layer, found in scores.items()}
        yield len(here), torch.cat([_of(kept, place, group) for place, group in enumerate(here)])
        start += len(here)


def _of(kept: dict[int, Tensor], place: int, units: pd.DataFrame) -> Tensor:
    """The scores of one picture's units: [units, 4]."""
    pairs = zip(units["layer"].tolist(), units["unit"].tolist(), strict=True)
    return torch.stack([kept[layer][place, :, unit] for layer, unit in pairs])
