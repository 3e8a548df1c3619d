"""Maps of transformer attribution."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from vitatlas.components.segment.chefer.block import PATTERN, SITES, through_block
from vitatlas.components.segment.chefer.defined import obstacle
from vitatlas.components.segment.chefer.rules import through_linear
from vitatlas.components.segment.target import logits_of
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import patch, read

START = 1
"""The first block that counts, in the method's own experiments on segmentation."""


def attribution(encoder: Encoder, images: Tensor, classes: Tensor, start: int = START) -> Tensor:
    """Maps [B, rows, columns] of what the logits of `classes` rest on; none below 0.

    Each picture's map is that of the picture alone: relevance is brought to totals of single pictures.

    Args:
        encoder: In evaluation mode. Its attention may be fused.
        images: uint8 [B, 3, side, side].
        classes: int64 [B], one for each picture.
        start: The first block that counts, from 0.

    Raises:
        UndefinedError: `obstacle` names a reason.
        UserError: As `logits_of`; a compiled network.
    """
    if (reason := obstacle(encoder, start)) is not None:
        raise UndefinedError("Transformer attribution (Chefer et al.)", encoder.entry.timm, reason)
    backbone = encoder.backbone
    numbers = range(start, len(backbone.blocks))
    seen, gradients = _forward(encoder, images, classes, numbers)
    with torch.no_grad():
        relevance = _entering_head(encoder, seen[f"block.{numbers[-1]}.resid_post"], classes)
        influences = []
        for number in reversed(numbers):
            activations = {end: seen[f"block.{number}.{end}"] for end in SITES}
            relevance, pattern = through_block(backbone.blocks[number], activations, relevance)
            influences.append((gradients[number] * pattern).clamp(min=0).mean(dim=1))
    row = class_token_row(influences)
    return row[:, backbone.num_prefix_tokens :].unflatten(1, backbone.patch_embed.grid_size)


def class_token_row(influences: Sequence[Tensor]) -> Tensor:
    """The first row [B, T] of (I + Ā_last) ⋯ (I + Ā_first), rows not normalised.

    Args:
        influences: Ā [B, T, T], from the last block to the first.
    """
    row = torch.zeros_like(influences[0][:, 0])
    row[:, 0] = 1
    for influence in influences:
        row = row + (row[:, None] @ influence).squeeze(1)
    return row


def _forward(
    encoder: Encoder, images: Tensor, classes: Tensor, numbers: range
) -> tuple[dict[str, Tensor], dict[int, Tensor]]:
    """Activations of the blocks `numbers`, by site, and the logits' gradients at their attention weights."""
    first, last = f"block.{numbers[0]}.resid_pre", f"block.{numbers[-1]}.resid_post"
    names = [f"block.{number}.{end}" for number in numbers for end in SITES]
    with torch.enable_grad(), patch(encoder, {first: _cut}), read(encoder, [*names, last]) as seen:
        logit = logits_of(encoder, images, classes).sum()
    gradients = torch.autograd.grad(logit, [seen[f"block.{number}.{PATTERN}"] for number in numbers])
    return seen, dict(zip(numbers, gradients, strict=True))


def _cut(stream: Tensor) -> Tensor:
    """The stream without what lies below, so that gradients are had of frozen networks as well."""
    return stream.detach().requires_grad_()


def _entering_head(encoder: Encoder, stream: Tensor, classes: Tensor) -> Tensor:
    """Relevance [B, T, D] of the stream that leaves the last block: that of the class token, which alone is read."""
    backbone, classifier = encoder.backbone, encoder.classifier
    features = backbone.norm(stream)
    relevance = torch.zeros_like(stream)
    if classifier is None:
        relevance[:, 0] = _of_class(classes, features[:, 0], backbone.head.weight)
        return relevance
    z = encoder.read(features)
    of_z = _of_class(classes, z, classifier.weight)  # type: ignore[arg-type]  # `obstacle` refused what is not linear
    projected = encoder.entry.encoder.readout == "projected"
    relevance[:, 0] = through_linear(of_z, features[:, 0], backbone.head.weight) if projected else of_z
    return relevance


def _of_class(classes: Tensor, values: Tensor, weight: Tensor) -> Tensor:
    """Relevance of what a head reads, [B, N], of 1 at each picture's class."""
    return through_linear(one_hot(classes, len(weight)).to(values), values, weight)
