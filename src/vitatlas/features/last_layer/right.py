"""Whether logits are right, and patches that are, counted."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.last_layer.head import Head

MEASURES = {"top1": 1, "top5": 5}
"""How many of the best classes may hold the true one."""

AT_ONCE = 2**24
"""Logits in memory: 64 MiB."""


def measures_of(classes: int) -> dict[str, int]:
    """The measures that can be wrong: of no more than five classes, all are among the best five."""
    return {name: count for name, count in MEASURES.items() if count < classes}


def right(logits: Tensor, classes: Tensor) -> Tensor:
    """Whether the true class is among the best, int64 [N, measures], 0 or 1.

    Of equal logits the one of the smaller number is the better, so that counts do not depend on the machine.

    Args:
        logits: [N, classes].
        classes: int64 [N], the true ones.

    Raises:
        UserError: A logit is not finite.
    """
    if not bool(logits.isfinite().all()):
        raise UserError("a logit is not finite", where="head", remedy="look at the weights; on a GPU, try fp32")
    numbers, place = torch.arange(logits.shape[1], device=logits.device), classes[:, None]
    own = logits.gather(1, place)
    better = ((logits > own) | ((logits == own) & (numbers < place))).sum(1)
    return torch.stack([(better < count).long() for count in measures_of(logits.shape[1]).values()], dim=1)


def right_patches(head: Head, tokens: Tensor, classes: Tensor) -> Tensor:
    """Whether the head is right on each patch alone, int64 [B, P, measures].

    Args:
        head: Reads them, some at a time.
        tokens: Patches after the last norm, [B, P, width].
        classes: int64 [B], of the pictures.

    Raises:
        UserError: As `right`.
    """
    flat, of_each = tokens.flatten(0, 1).float(), classes.repeat_interleave(tokens.shape[1])
    size = max(1, AT_ONCE // head.classes)
    found = [right(head.of_tokens(some), own) for some, own in zip(flat.split(size), of_each.split(size), strict=True)]
    return torch.cat(found).unflatten(0, tokens.shape[:2])
