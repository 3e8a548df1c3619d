"""A classifier cut at a layer: residual streams below it, and logits from residual streams above it.

Above, nothing runs that the answer does not depend on. A readout of the class token needs of the last block that token
alone: keys and values come from all tokens; query, projection and MLP from one. That saves three quarters of a block
and more, which is all there is above the last layer but one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.device import Device
from vitatlas.models.build import Classifier
from vitatlas.models.stages import stem


class CutModel:
    """A frozen classifier, to be run up to a layer or from a layer on. Layer l means: as block l leaves the tokens;
    -1: as they enter block 0.

    Args:
        classifier: Moved to the device, set to a mode, its weights frozen.
        device: Where, in which precision, and whether compiled.
        training: Whether the mode is that of training instead of evaluation: dropout and stochastic depth act, and
            draw from torch's global generator.
    """

    def __init__(self, classifier: Classifier, device: Device, *, training: bool = False):
        self.classifier = classifier.to(device.torch).train(training).requires_grad_(False)
        self.device = device
        self._whole: list[Any] = list(classifier.backbone.blocks.children())
        last = self._whole[-1]
        if classifier.readout == "cls" and last.attn.gate is None and not training:
            last = ClassTokenOnly(last)
        self._blocks: list[Callable[[Tensor], Tensor]]
        self._blocks = [device.compiled(block) for block in (*self._whole[:-1], last)]

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return len(self._blocks)

    def above(self, tokens: Tensor, layer: int) -> Tensor:
        """Logits [B, 2] from tokens [B, T, D] of `layer`; gradients flow to the tokens."""
        with self.device.autocast():
            for block in self._blocks[layer + 1 :]:
                tokens = block(tokens)
            logits = self.classifier.classify(self.classifier.backbone.norm(tokens))
        return logits.to(self.classifier.head.weight.dtype)

    @torch.no_grad()
    def below(self, images: Tensor, layers: Collection[int]) -> dict[int, Tensor]:
        """Tokens [B, T, D] of each of `layers`, of images uint8 [B, 3, H, W]; runs no block above the highest."""
        found = {}
        with self.device.autocast():
            tokens = stem(self.classifier, images, 0)
            for layer in range(-1, max(layers) + 1):
                if layer >= 0:
                    tokens = self._whole[layer](tokens)
                if layer in layers:
                    found[layer] = tokens.to(self.classifier.head.weight.dtype)
        return found


class ClassTokenOnly:
    """A block's output at the class token alone: [B, T, D] → [B, 1, D]."""

    def __init__(self, block: Any):
        self.block = block

    def __call__(self, tokens: Tensor) -> Tensor:
        """The first row of the output of timm's pre-norm block and attention."""
        block, attention = self.block, self.block.attn
        normed = block.norm1(tokens)
        inner, heads = attention.attn_dim, attention.num_heads
        weight, bias = attention.qkv.weight, attention.qkv.bias
        first, others = (None, None) if bias is None else (bias[:inner], bias[inner:])
        query = F.linear(normed[:, :1], weight[:inner], first)
        keys, values = F.linear(normed, weight[inner:], others).chunk(2, dim=-1)
        q, k, v = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, keys, values))
        mixed = F.scaled_dot_product_attention(attention.q_norm(q), attention.k_norm(k), v)
        mixed = attention.proj(attention.norm(mixed.transpose(1, 2).flatten(2)))
        cls = tokens[:, :1] + block.ls1(mixed)
        return cls + block.ls2(block.mlp(block.norm2(cls)))
