"""Grad-CAM (Selvaraju et al. 2017) on transformers: channels of a norm's output, weighted by the logit's gradient.

A is the output of a norm of the last block, on the grid of patches. With w_c the mean of ∂logit/∂A_c over the grid, the
map is max(0, Σ_c w_c A_c). Prefix tokens (class token, registers) count neither in the mean nor in the map.

| family | norm |
|---|---|
| ViT, DeiT, DINO, DINOv2, CLIP | the last block's first |
| Swin | the last block's second |
| MaxViT | the first of the last block's attention in windows |
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.components.segment.target import logits_of
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.maxxvit import MaxxVit
from timm.models.swin_transformer import SwinTransformer
from timm.models.vision_transformer import VisionTransformer

from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import patches, read, sites
from vitatlas.models.sites.taps import Output


@dataclass(frozen=True)
class _Choice:
    """The norm of a family.

    Attributes:
        like: The end of the name of a site whose activation lies as the norm's output does.
        module: It, in timm's network.
    """

    like: str
    module: Callable[[Any], nn.Module]


_CHOICES: dict[type[nn.Module], _Choice] = {
    VisionTransformer: _Choice("attn.in", lambda vit: vit.blocks[-1].norm1),
    SwinTransformer: _Choice("resid_mid", lambda swin: swin.layers[-1].blocks[-1].norm2),
    MaxxVit: _Choice("window.attn.in", lambda maxvit: maxvit.stages[-1].blocks[-1].attn_block.norm1),
}


def gradcam(encoder: Encoder, images: Tensor, classes: Tensor) -> Tensor:
    """Maps of what the logits of `classes` rest on, [B, rows, columns] on the network's own grid; none below 0.

    Args:
        encoder: In evaluation mode.
        images: uint8 [B, 3, side, side].
        classes: int64 [B], one for each picture.

    Raises:
        UndefinedError: The network is of another family.
        UserError: As `logits_of`; a block without sites; a compiled network.
    """
    choice = _choice(encoder)
    site = [name for name in sites(encoder) if name.endswith(choice.like)][-1]
    module = choice.module(encoder.backbone)
    values, gradients = _values_and_gradients(encoder, module, lambda: logits_of(encoder, images, classes).sum())
    size = (images.shape[-2], images.shape[-1])
    channels, slopes = (patches(encoder, site, tensor, size) for tensor in (values, gradients))
    weights = slopes.mean(dim=(1, 2), keepdim=True)
    return (weights * channels).sum(-1).clamp(min=0)


def _choice(encoder: Encoder) -> _Choice:
    for family, choice in _CHOICES.items():
        if isinstance(encoder.backbone, family):
            return choice
    known = ", ".join(family.__name__ for family in _CHOICES)
    reason = f"it is timm's {type(encoder.backbone).__name__}, and the layer is chosen for {known} alone"
    raise UndefinedError("Grad-CAM", encoder.entry.timm, reason)


def _values_and_gradients(encoder: Encoder, module: nn.Module, compute: Callable[[], Tensor]) -> tuple[Tensor, Tensor]:
    """The output of a module of the encoder while `compute` runs, and the gradient of what that gives.

    The output is cut from what lies below, so that gradients are had of frozen networks as well.
    """
    seen: list[Tensor] = []

    def cut(value: Tensor) -> Tensor:
        seen.append(value.detach().requires_grad_())
        return seen[-1]

    with ExitStack() as stack, torch.enable_grad():
        stack.enter_context(read(encoder, ()))  # refuses a compiled network, which would ignore the hook
        for handle in Output(module).attach(cut, changes=True):
            stack.callback(handle.remove)
        [gradients] = torch.autograd.grad(compute(), seen)
    return seen[0].detach(), gradients
