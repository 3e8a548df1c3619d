"""Maps of a text: y · f_i(c_{i,t}), what each input token t adds, through head i, to the image along the text y.

The maps' bias is left out: it says nothing of tokens. Prefix tokens are dropped, for they have no place in the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from torch import Tensor

from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.segment.foreground import enlarged


def text_maps(of: Decomposer, maps: Maps, images: Tensor, heads: Iterable[int], texts: Tensor) -> dict[int, Tensor]:
    """Maps [B, rows, columns] by head, on the grid of the head's layer.

    Args:
        of: The decomposition.
        maps: Of its components into the space of texts.
        images: [B, 3, side, side] uint8.
        heads: Numbers of components.
        texts: y, one for each picture [B, text width].

    Raises:
        UserError: As `token_shares`.
    """
    directions = {head: maps.direction(head, texts) for head in heads}
    return {head: shares.maps for head, shares in token_shares(of, images, directions).items()}


def summed(maps: Sequence[Tensor]) -> Tensor:
    """The sum of maps [B, …, …]; of layers with several grids, on the finest."""
    size = max((found.shape[1], found.shape[2]) for found in maps)
    same = [found if found.shape[1:] == size else enlarged(found, size) for found in maps]
    return sum(same[1:], same[0])
