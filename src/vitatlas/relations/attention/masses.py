"""The attention that token sets pay to token sets, from the rows that are needed and no others.

1. Gather the queries of the tokens that belong to an object: a handful of the T tokens of an image.
2. Softmax of their scores against all keys: one attention row per gathered query.
3. Sum each row over every column set, and average over the rows of every row set.

Of the B×H×T×T attention of a layer, only B×H×R×T ever exists (R = 8 or 16 object tokens of, say, T = 197).
Quantities as in Lepori et al. (NeurIPS 2024), section 3 and the authors' analysis of attention.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# The sets of one image, in this order; an image without a display pair has the first two and the background only.
FIRST, SECOND, PAIR, DISPLAY = range(4)
BACKGROUND = -1


@dataclass(frozen=True)
class TokenSets:
    """The token sets of a batch of images, ready for `masses`.

    Attributes:
        index: Tokens whose attention rows are needed, int64 [B, R]; padded with tokens that weigh nothing.
        share: Weight of each such row in the mean over each row set, float32 [B, X, R]; sums to 1 over R.
        columns: Weight of each token in each column set, float32 [B, Y, T].
    """

    index: Tensor
    share: Tensor
    columns: Tensor

    @classmethod
    def of(cls, rows: Tensor, columns: Tensor) -> TokenSets:
        """Prepare row sets [B, X, T] and column sets [B, Y, T], boolean or non-negative weights.

        Raises:
            ValueError: A row set is empty, so that its mean attention does not exist.
        """
        rows = rows.float()
        size = rows.sum(-1, keepdim=True)
        if not bool((size > 0).all()):
            raise ValueError("a token set is empty: the attention it pays is not defined")
        used = (rows > 0).any(1)
        index = used.int().argsort(dim=1, descending=True, stable=True)[:, : int(used.sum(1).max())]
        share = (rows / size).gather(2, index[:, None].expand(-1, rows.shape[1], -1))
        return cls(index, share, columns.float())

    def to(self, device: str | torch.device) -> TokenSets:
        """The same sets on another device."""
        return TokenSets(self.index.to(device), self.share.to(device), self.columns.to(device))


def object_masks(tokens: Tensor, patches: int, prefix: int) -> Tensor:
    """Boolean masks [B, K, prefix + patches] of objects that cover the patches `tokens` [B, K, n]."""
    masks = torch.zeros(*tokens.shape[:2], prefix + patches, dtype=torch.bool, device=tokens.device)
    return masks.scatter_(2, tokens + prefix, True)


def relation_sets(objects: Tensor, prefix: int) -> TokenSets:
    """The sets that the analysis of attention compares.

    Args:
        objects: Boolean masks [B, K, T]: the two objects of the (sample) pair, then, if K = 4, of the display pair.
            Objects may cover unequal numbers of tokens.
        prefix: Number of tokens before the patches. They are in no set, not even in the background.

    Returns:
        Row sets: both objects and, if K = 4, both pairs. Column sets: the same, and all patches outside every object.

    Raises:
        ValueError: K is neither 2 nor 4, or an object covers no token.
    """
    if objects.shape[1] not in (2, 4):
        raise ValueError(f"expected 2 or 4 objects per image, got {objects.shape[1]}")
    background = ~objects.any(1, keepdim=True)
    background[..., :prefix] = False
    rows = objects[:, :2]
    if objects.shape[1] == 4:
        rows = torch.cat([rows, rows.any(1, keepdim=True), objects[:, 2:].any(1, keepdim=True)], dim=1)
    return TokenSets.of(rows, torch.cat([rows, background], dim=1))


def row_attention(q: Tensor, k: Tensor, index: Tensor) -> Tensor:
    """Attention probabilities, float32 [B, H, R, T], of the tokens `index` [B, R] to all tokens.

    Args:
        q, k: Queries and keys [B, H, T, d] as they enter the scaled dot product (after any q/k norm, before scaling).
        index: Which queries are wanted.
    """
    wanted = index[:, None, :, None].expand(-1, q.shape[1], -1, q.shape[3])
    # Fused kernels accumulate in float32 whatever the precision of q and k; so do we, also under autocast.
    with torch.autocast(q.device.type, enabled=False):
        scores = q.gather(2, wanted).float() @ k.float().transpose(2, 3)
        return scores.mul_(q.shape[3] ** -0.5).softmax(-1)


def pool(rows: Tensor, sets: TokenSets) -> Tensor:
    """Masses [B, H, X, Y] from attention rows [B, H, R, T] of the tokens `sets.index`."""
    with torch.autocast(rows.device.type, enabled=False):
        return sets.share[:, None] @ (rows @ sets.columns.transpose(1, 2)[:, None])


def masses(q: Tensor, k: Tensor, sets: TokenSets) -> Tensor:
    """m(X→Y), the mean over tokens i of X of the attention that i pays to all of Y: float32 [B, H, X, Y].

    Args:
        q, k: Queries and keys of one layer, as in `row_attention`.
        sets: X and Y of each image.
    """
    return pool(row_attention(q, k, sets.index), sets)


def quantities(mass: Tensor) -> dict[str, Tensor]:
    """The named quantities of each image and head, each [...], from the masses [..., X, Y] between `relation_sets`.

    WP (within pair) and BG (background) take the larger of the two objects' masses, BP (between pairs, only with a
    display pair) the larger of the two directions. WO (within object) is what remains, 1 - WP - BG: it contains the
    attention paid to the class token and to the other pair, and it is negative where one object looks at the other
    and that one at the background, since each maximum may come from another object. WO_direct is the mass that an
    object keeps on itself, mean of both objects. `global` = WP + BG is the shade of the heat-map's cell.
    """
    pair = torch.maximum(mass[..., FIRST, SECOND], mass[..., SECOND, FIRST])
    background = torch.maximum(mass[..., FIRST, BACKGROUND], mass[..., SECOND, BACKGROUND])
    values = {
        "WO": 1 - pair - background,
        "WO_direct": (mass[..., FIRST, FIRST] + mass[..., SECOND, SECOND]) / 2,
        "WP": pair,
        "BG": background,
        "global": pair + background,
    }
    if mass.shape[-2] > 2:
        values["BP"] = torch.maximum(mass[..., PAIR, DISPLAY], mass[..., DISPLAY, PAIR])
    return values
