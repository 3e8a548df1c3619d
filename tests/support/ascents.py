"""Visualisations of a small network, without a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from encoder_kinds import encoder_entry, stirred
from torch import Tensor

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.features.config.visualise import VisualiseProtocol, VisualiseSettings
from vitatlas.features.visualise.ascent import Ascent, Task
from vitatlas.features.visualise.chunks import Feature
from vitatlas.features.visualise.place import place_of
from vitatlas.models.encoder import Encoder, build_encoder

DEVICE = Device(Compute(device="cpu"))
QUIET = {"augmented": False}


def small(kind: str = "vit") -> Encoder:
    """A small network of a kind, frozen, whose parts are all at work."""
    encoder = build_encoder(encoder_entry(kind), seed=0)
    stirred(encoder)
    return encoder.requires_grad_(False)


def random_vit() -> Encoder:
    """A vision transformer of six blocks for pictures of 64 pixels, as it is before training; frozen."""
    architecture = {"patch_size": 8, "embed_dim": 64, "depth": 6, "num_heads": 4}
    entry = encoder_entry("vit", image=64).model_copy(update={"architecture": architecture})
    return build_encoder(entry, seed=0).eval().requires_grad_(False)


def ascent(
    encoder: Encoder,
    units: Sequence[int] = (0,),
    layer: int = 0,
    *,
    site: str = "mlp.act",
    weight: float = 0.01,
    replicates: Sequence[int] | None = None,
    protocol: VisualiseProtocol | None = None,
    units_of: Sequence[float] | None = None,
    magnitudes: Tensor | None = None,
    **settings: Any,
) -> Ascent:
    """The ascent of some units of a layer, not begun."""
    numbers = replicates or [0] * len(units)
    features = [Feature(site, layer, unit, number, weight) for unit, number in zip(units, numbers, strict=True)]
    given = VisualiseSettings(**{"copies": 3, "steps": 5, **settings})
    task = Task(
        features,
        place_of(encoder, layer, site, DEVICE),
        [feature.seed(0, "small", 0) for feature in features],
        units_of or [1.0] * len(units),
        given,
        protocol or VisualiseProtocol(),
        magnitudes,
    )
    return Ascent(task, DEVICE)


def finished(one: Ascent, steps: int | None = None) -> Ascent:
    """The same after its steps, or after so many."""
    while not one.done and one.step != steps:
        one.advance()
    return one


def pixels(one: Ascent) -> Tensor:
    """Its pictures, not rounded."""
    with torch.no_grad():
        return one._form.pixels(one._values).clone()


def activations(one: Ascent, images: Tensor) -> Tensor:
    """The activation of each feature for its picture, without augmentation."""
    units = torch.tensor([feature.unit for feature in one.task.features])
    with torch.no_grad():
        return one.task.place.means(images, units, DEVICE)
