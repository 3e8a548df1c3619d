"""How far a pattern moves what a layer holds of an image.

1. Draw images of the pattern, and one that is grey all over.
2. Pass them through the model; the residual stream after the layer is a vector per token.
3. The response to an image is the distance of all its vectors from those of the grey image, in units of the length of
   these.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor, nn

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.build import Normalise, build_backbone
from vitatlas.models.plain import is_plain
from vitatlas.models.sites import read
from vitatlas.models.weights import load_backbone
from vitatlas.toy.patterns import grey, patterns
from vitatlas.toy.spec import ToyResponsesSpec


def toy_responses(job: Job[ToyResponsesSpec]) -> None:
    """Write one row per image: model, layer, feature, image (its number), value (the response).

    Raises:
        UserError: Weights that do not fit; a model whose layers cannot be read, or that has fewer; no GPU although one
            is asked for.
    """
    spec = job.spec
    device = Device(spec.compute).torch
    model = _model(spec, job.input.all("weights")).to(device)
    found = responses(model, spec.layer, patterns(spec.feature, spec.side, spec.images).to(device))
    cell = {"model": spec.name, "layer": spec.layer, "feature": spec.feature}
    table = pd.DataFrame({**cell, "image": range(spec.images), "value": found.cpu().numpy()})
    write_table(job, job.output.table, table, **cell)


@torch.no_grad()
def responses(model: nn.Module, layer: int, images: Tensor) -> Tensor:
    """The response of a layer to each image.

    Args:
        model: From images to features, with its backbone as `backbone`.
        images: uint8 [B, 3, H, W].

    Returns:
        [B], 0 for an image that is grey all over.

    Raises:
        UserError: The model has no such layer.
    """
    site = f"block.{layer}.resid_post"
    with read(model, [site]) as activations:
        model(torch.cat([grey(images.shape[-1]).to(images.device), images]))
    plain, seen = activations[site][:1], activations[site][1:]
    return (seen - plain).flatten(1).norm(dim=1) / plain.norm()


class _Model(nn.Module):
    def __init__(self, spec: ToyResponsesSpec, backbone: nn.Module):
        super().__init__()
        self.normalise, self.backbone = Normalise(spec.model.preprocessing), backbone

    def forward(self, images: Tensor) -> Tensor:
        return self.backbone(self.normalise(images))


def _model(spec: ToyResponsesSpec, weights: list[Path]) -> nn.Module:
    """The model, in evaluation mode."""
    backbone = build_backbone(spec.model, spec.side, seed=spec.seed)
    if not is_plain(backbone):
        raise UserError(f"the layers of '{spec.name}' cannot be read", remedy="choose a plain vision transformer")
    for path in weights:
        load_backbone(backbone, path)
    return _Model(spec, backbone).eval()
