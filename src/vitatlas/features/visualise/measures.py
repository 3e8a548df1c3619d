"""Measures of finished visualisations, all of the pictures as they are stored (section 3)."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.features.config.visualise import VisualiseProtocol, VisualiseSettings
from vitatlas.features.visualise.augment import Augmentations
from vitatlas.features.visualise.place import Place
from vitatlas.features.visualise.tv import total_variation

FIXED = 16
"""Augmentations under which activations are compared: the same for all features and presets."""
SEED = 0
"""Of these."""
HALFWAY = 1, 2
"""Step and steps of their noise: half as strong as at the start."""
HALF_NYQUIST = 0.25
"""In cycles per pixel."""
CONSTANT = 1e-9
"""Energy below which a picture is constant; one value that is off by a 255th has more than 1e-5."""


def high_frequency(pixels: Tensor) -> Tensor:
    """The share of a picture's energy above half the Nyquist frequency, its mean left out: [N], 0 for constant ones.

    Args:
        pixels: [N, C, H, W].
    """
    varying = pixels.double() - pixels.double().mean(dim=(2, 3), keepdim=True)
    energy = torch.fft.fft2(varying, norm="ortho").abs().square().sum(1)
    rows, columns = (torch.fft.fftfreq(size, device=pixels.device) for size in pixels.shape[2:])
    high = torch.hypot(rows[:, None], columns) > HALF_NYQUIST
    return (energy * high).sum(dim=(1, 2)) / energy.sum(dim=(1, 2)).clamp(min=CONSTANT)


@torch.no_grad()
def measured(
    pictures: Tensor, units: Tensor, place: Place, settings: VisualiseSettings, device: Device
) -> dict[str, list[float]]:
    """The measures of pictures, by name: `activation` and `activation_augmented` (mean over patches, without and under
    `FIXED` augmentations), `total_variation`, `saturated` (share of values at 0 or 255), `high_frequency`.

    Args:
        pictures: uint8 [N, 3, S, S].
        units: The unit of each [N].
        place: The site.
        settings: The ranges of augmentations, and the copies that were made of each picture.
        device: Whose arithmetic the network runs in.
    """
    pixels = pictures.to(place.encoder.normalise.mean.dtype) / 255
    together = max(1, len(pixels) * settings.drawn // FIXED)  # no more pictures at a time than before
    pieces = zip(pixels.split(together), units.split(together), strict=True)
    found = {
        "activation": place.means(pixels, units, device),
        "activation_augmented": torch.cat([_under_augmentations(*piece, place, settings, device) for piece in pieces]),
        "total_variation": total_variation(pixels),
        "saturated": ((pictures == 0) | (pictures == 255)).float().mean(dim=(1, 2, 3)),
        "high_frequency": high_frequency(pixels),
    }
    return {name: values.tolist() for name, values in found.items()}


def _under_augmentations(
    pixels: Tensor, units: Tensor, place: Place, settings: VisualiseSettings, device: Device
) -> Tensor:
    """The activation of each picture in the mean over `FIXED` augmentations [N]."""
    step, steps = HALFWAY
    fixed = settings.model_copy(update={"augmented": True, "copies": FIXED, "steps": steps})
    augment = Augmentations([SEED] * len(pixels), fixed, VisualiseProtocol(), pixels.shape[-1], pixels)
    copies = augment(pixels, step).flatten(0, 1)
    return place.means(copies, units.repeat_interleave(FIXED), device).unflatten(0, (-1, FIXED)).mean(1)
