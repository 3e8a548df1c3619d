"""The network that judges: embeddings of visualisations and of natural pictures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from vitatlas.device import Device
from vitatlas.jobs.progress import Progress
from vitatlas.models.encoder import Encoder


@torch.no_grad()
def embeddings(encoder: Encoder, batches: Iterable[Tensor], total: int, title: str, device: Device) -> np.ndarray:
    """The embeddings of pictures, float32 [N, width].

    Args:
        encoder: The network.
        batches: Of pictures uint8 [B, 3, S, S]; of another side than the network's, they are resampled.
        total: How many there are.
        title: What is being done.
        device: Where.
    """
    found = []
    with Progress(total, title) as progress:
        for images in batches:
            with device.autocast():
                z = encoder(at_side(images.to(device.torch), encoder.side))
            found.append(z.float().cpu().numpy())
            progress.step(len(images))
    return np.concatenate(found)


def at_side(images: Tensor, side: int) -> Tensor:
    """Square pictures uint8 [B, 3, S, S] at another side, bilinear with antialiasing."""
    if images.shape[-1] == side:
        return images
    resampled = interpolate(images.float(), (side, side), mode="bilinear", antialias=True, align_corners=False)
    return resampled.round().clamp(0, 255).to(torch.uint8)


def in_batches(images: np.ndarray, size: int) -> Iterable[Tensor]:
    """Images uint8 [N, S, S, 3] as batches [B, 3, S, S]."""
    for first in range(0, len(images), size):
        yield torch.from_numpy(np.ascontiguousarray(images[first : first + size].transpose(0, 3, 1, 2)))
