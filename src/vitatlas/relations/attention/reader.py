"""Attention of a running model, layer by layer, reduced as soon as a layer's queries and keys exist.

The forward pass keeps its fused attention; nothing of one layer outlives its reduction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import torch
from torch import Tensor

from vitatlas.models.build import Classifier
from vitatlas.models.sites import observe

Reduce = Callable[[Tensor, Tensor], Tensor]


@torch.inference_mode()
def attention_by_layer(
    classifier: Classifier, images: Tensor, reduce: Reduce, layers: Iterable[int] | None = None
) -> list[Tensor]:
    """Run `images` (uint8 [B, 3, H, W]) once and reduce the attention of each layer.

    Args:
        classifier: The model, in evaluation mode and on the device of `images`.
        images: What it looks at.
        reduce: Called with queries and keys [B, H, T, d] of one layer, as they enter the scaled dot product.
        layers: Which layers; all of them if None.

    Returns:
        What `reduce` returned, in the order of `layers`.
    """
    layers = range(classifier.depth) if layers is None else list(layers)
    waiting: dict[int, dict[str, Tensor]] = {}
    found: dict[int, Tensor] = {}

    def take(layer: int, part: str, tensor: Tensor) -> None:
        parts = waiting.setdefault(layer, {})
        parts[part] = tensor
        if len(parts) == 2:
            del waiting[layer]
            found[layer] = reduce(parts["q"], parts["k"])

    sites = {f"block.{layer}.attn.{part}": partial(take, layer, part) for layer in layers for part in ("q", "k")}
    with observe(classifier, sites):
        classifier(images)
    return [found[layer] for layer in layers]
