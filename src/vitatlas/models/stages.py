"""A classifier cut in two between blocks: the stem, which may be frozen and then needs to run only once per image, and
the rest, which is trained."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier


def stem(classifier: Classifier, images: Tensor, blocks: int) -> Tensor:
    """Residual stream [B, T, D] after the first `blocks` blocks, of images [B, 3, H, W] uint8."""
    backbone = classifier.backbone
    tokens = backbone.patch_embed(classifier.normalise(images))
    tokens = backbone.norm_pre(backbone.patch_drop(backbone._pos_embed(tokens)))
    return backbone.blocks[:blocks](tokens)


def through(classifier: Classifier, tokens: Tensor, start: int, stop: int) -> Tensor:
    """Residual stream [B, T, D] entering block `start` → that entering block `stop`; T may be any tokens."""
    return classifier.backbone.blocks[start:stop](tokens)


def rest(classifier: Classifier, tokens: Tensor, blocks: int) -> Tensor:
    """Logits [B, classes] from the residual stream [B, T, D] after the first `blocks` blocks."""
    backbone = classifier.backbone
    return classifier.classify(backbone.norm(backbone.blocks[blocks:](tokens)))


def streams(
    classifier: Classifier, tokens: Tensor, blocks: int, layers: Collection[int]
) -> tuple[Tensor, dict[int, Tensor]]:
    """Like `rest`, and the residual stream [B, T, D] that enters each of `layers`, none below `blocks`."""
    backbone = classifier.backbone
    entering = {}
    for index in range(blocks, classifier.depth):
        if index in layers:
            entering[index] = tokens
        tokens = backbone.blocks[index](tokens)
    return classifier.classify(backbone.norm(tokens)), entering


def take(values: Tensor, index: Tensor) -> Tensor:
    """Rows `index` [B, N] of `values` [B, T, D]: [B, N, D]."""
    return values.gather(1, index[..., None].expand(-1, -1, values.shape[-1]))


def freeze(classifier: Classifier, blocks: int) -> None:
    """Train nothing before block `blocks`: neither the embedding nor the blocks before it. 0 freezes nothing.

    Raises:
        UserError: The model has fewer blocks.
    """
    _check(classifier, blocks, "frozen")
    if blocks:
        backbone = classifier.backbone
        classifier.requires_grad_(False)
        for module in (backbone.blocks[blocks:], backbone.norm, classifier.head):
            module.requires_grad_(True)


@torch.no_grad()
def reinitialise(classifier: Classifier, fresh: Classifier, blocks: int) -> None:
    """Give the last `blocks` blocks the weights of the same blocks of `fresh`.

    Raises:
        UserError: The model has fewer blocks.
    """
    _check(classifier, blocks, "drawn anew")
    for index in range(classifier.depth - blocks, classifier.depth):
        classifier.backbone.blocks[index].load_state_dict(fresh.backbone.blocks[index].state_dict())


def _check(classifier: Classifier, blocks: int, done: str) -> None:
    if blocks > classifier.depth:
        raise UserError(
            f"{blocks} blocks are to be {done}, but the model has {classifier.depth} blocks",
            remedy=f"choose 0 to {classifier.depth}",
        )
