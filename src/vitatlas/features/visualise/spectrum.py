"""The mean magnitude spectrum of pictures, which visualisations by phases keep (MACO, Fel et al. 2023)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import encoder_of
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.errors import UserError
from vitatlas.features.visualise.augment import CHANNELS
from vitatlas.features.visualise.spec import SpectrumSpec
from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job


def spectrum(job: Job[SpectrumSpec]) -> None:
    """Write the spectrum, float32 [3, side, side // 2 + 1].

    Raises:
        UserError: Weights or pictures that cannot be read.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    files = job.input.all("indexes"), job.input.all("scenes")
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, *files).values()
    found = mean_magnitudes(pictures, spec.pictures.batch, device.torch)
    with atomic(job.output.spectrum) as part:
        np.save(part, found.float().cpu().numpy())


def mean_magnitudes(pictures: Pictures, batch: int, device: torch.device) -> Tensor:
    """Magnitudes of the pictures' real Fourier transform, per channel, in the mean: float64 [3, S, S // 2 + 1].

    Args:
        pictures: The set; their values count from 0 to 1.
        batch: Pictures at a time.
        device: Where it is computed.
    """
    total, count = torch.zeros((), dtype=torch.float64, device=device), 0
    for images in pictures.batches(batch):
        total = total + torch.fft.rfft2(images.to(device).double() / 255).abs().sum(0)
        count += len(images)
    return total / count


def load_magnitudes(path: Path, side: int) -> Tensor:
    """The spectrum of a file.

    Raises:
        UserError: It is not one of pictures of this side.
    """
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"the spectrum cannot be read: {error}", where=path, remedy="make it again") from error
    wanted = (CHANNELS, side, side // 2 + 1)
    if found.shape != wanted or not np.isfinite(found).all() or (found < 0).any():
        raise UserError(
            f"this is no spectrum of pictures of {side} pixels: shape {found.shape}, not {wanted}, or bad values",
            where=path,
            remedy="make one for this model (job `spectrum`)",
        )
    return torch.from_numpy(found.astype(np.float32))
