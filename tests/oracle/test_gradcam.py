"""Grad-CAM against the package pytorch-grad-cam, on the same layer of the same network.

The library's map before it is scaled is compared in float64; its result, scaled and enlarged in float32, with our map
through our own enlargement and scaling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from encoder_kinds import encoder_entry, pictures, stirred
from torch import Tensor, nn

from vitatlas.components.segment.foreground import enlarged, scaled
from vitatlas.components.segment.gradcam import gradcam
from vitatlas.models.encoder import Encoder, build_encoder

pytorch_grad_cam = pytest.importorskip("pytorch_grad_cam")

CLASSES = torch.tensor([4, 1])


def _tokens(prefix: int) -> Callable[[Tensor], Tensor]:
    """The library's form of an activation, [B, D, rows, columns], from tokens on a square grid."""

    def reshaped(tokens: Tensor) -> Tensor:
        patches = tokens[:, prefix:]
        side = round(patches.shape[1] ** 0.5)
        return patches.transpose(1, 2).unflatten(2, (side, side))

    return reshaped


KINDS: dict[str, tuple[Callable[[Any], nn.Module], Callable[[Tensor], Tensor]]] = {
    "vit": (lambda vit: vit.blocks[-1].norm1, _tokens(1)),
    "dinov2_registers": (lambda vit: vit.blocks[-1].norm1, _tokens(5)),
    "clip": (lambda vit: vit.blocks[-1].norm1, _tokens(1)),
    "swin": (lambda swin: swin.layers[-1].blocks[-1].norm2, _tokens(0)),
    "maxvit": (lambda maxvit: maxvit.stages[-1].blocks[-1].attn_block.norm1, lambda maps: maps.permute(0, 3, 1, 2)),
}


class Logits(nn.Module):
    """An encoder as the library wants it: from pixels to logits."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, images: Tensor) -> Tensor:
        return self.encoder.logits(images.to(torch.uint8))


class Unscaled(pytorch_grad_cam.GradCAM):
    """The library's method, which keeps its map as it is before it is cut off at 0 and scaled."""

    def get_cam_image(self, *args: Any, **kwargs: Any) -> Any:
        self.kept = super().get_cam_image(*args, **kwargs)
        return self.kept


def small(kind: str) -> Encoder:
    encoder = build_encoder(encoder_entry(kind), seed=0)
    if not encoder.entry.encoder.classes:
        torch.manual_seed(1)
        encoder.classifier = nn.Linear(encoder.width, 6)
    stirred(encoder).double()
    return encoder


@pytest.mark.parametrize("kind", KINDS)
def test_maps_are_the_librarys(kind: str) -> None:
    encoder, (layer, reshaped) = small(kind), KINDS[kind]
    images = pictures(encoder.side)
    targets = [pytorch_grad_cam.utils.model_targets.ClassifierOutputTarget(int(label)) for label in CLASSES]
    with Unscaled(Logits(encoder), [layer(encoder.backbone)], reshaped) as library:
        result = torch.from_numpy(library(images.double(), targets))
        unscaled = torch.from_numpy(library.kept)
    found = gradcam(encoder, images, CLASSES)
    assert (unscaled < 0).any() and (unscaled > 0).any()
    torch.testing.assert_close(found, unscaled.clamp(min=0), rtol=1e-10, atol=1e-14)
    ours = scaled(enlarged(found, (encoder.side, encoder.side))).saliency
    torch.testing.assert_close(ours.float(), result, rtol=0, atol=1e-5)
