"""The mean magnitude spectrum of pictures, which visualisations by phases keep (MACO, Fel et al. 2023)."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.errors import UserError
from vitatlas.features.visualise.augment import CHANNELS
from vitatlas.features.visualise.spec import SpectrumSpec
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.models.weights import read_weights, save_safetensors

KEY = "magnitudes"


def spectrum(job: Job[SpectrumSpec]) -> None:
    """Write the spectrum, float32 [3, side, side // 2 + 1], under the name `KEY`.

    Raises:
        UserError: Weights or pictures that cannot be read.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    files = job.input.all("indexes"), job.input.all("scenes")
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, *files).values()
    found = mean_magnitudes(pictures, spec.pictures.batch, device.torch)
    metadata = weights_metadata(job, job.output.spectrum, about_encoder(spec.encoder))
    save_safetensors(job.output.spectrum, {KEY: found.float()}, metadata)


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
    found = read_weights(path).get(KEY, torch.empty(0))
    shape, wanted = tuple(found.shape), (CHANNELS, side, side // 2 + 1)
    if shape != wanted or not bool(found.isfinite().all()) or bool((found < 0).any()):
        raise UserError(
            f"this is no spectrum of pictures of {side} pixels: shape {shape}, not {wanted}, or bad values",
            where=path,
            remedy="make one for this model (job `spectrum`)",
        )
    return found.float()
