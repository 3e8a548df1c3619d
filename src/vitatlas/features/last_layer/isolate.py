"""The class token without the patches, before a block or from a block on (Ghiasi et al., section 4 and table 1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from torch import Tensor

from vitatlas.features.last_layer.steps import Steps


def isolating(steps: Steps, images: Tensor, at: Collection[int]) -> Iterator[tuple[int, Tensor]]:
    """Final features of c [B, n, width], for each number l of blocks in `at`, of:

    c alone through the first l blocks, which gives the same for all pictures; the patches alone through the same
    blocks; then all through the others. l = 0 is the network itself, bit for bit; l = L is one answer for all pictures.

    Args:
        steps: The network.
        images: uint8 [B, 3, side, side].
        at: Numbers from 0 to L.
    """
    c, patches = steps.start(images)
    for blocks in range(steps.depth + 1):
        if blocks in at:
            yield blocks, steps.features(_rest(steps, blocks, c, patches))
        if blocks < steps.depth:
            c, patches = steps.apart(blocks, c, patches)


def cls_only(steps: Steps, images: Tensor, at: Collection[int]) -> Iterator[tuple[int, Tensor]]:
    """Final features of c [B, n, width], for each number l of blocks in `at`, of:

    all tokens through the first l blocks; then c alone through the others (in the authors' code, not in the paper).
    l = L is the network itself; l = 0 is one answer for all pictures.

    Args:
        steps, images, at: As of `isolating`.
    """
    c, patches = steps.start(images)
    for blocks in range(steps.depth + 1):
        if blocks in at:
            behind = c
            for number in range(blocks, steps.depth):
                behind = steps.alone(number, behind)
            yield blocks, steps.features(behind)
        if blocks < steps.depth:
            c, patches = steps.together(blocks, c, patches)


def _rest(steps: Steps, blocks: int, c: Tensor, patches: Tensor) -> Tensor:
    for number in range(blocks, steps.depth):
        c, patches = steps.together(number, c, patches)
    return c
