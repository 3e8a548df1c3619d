"""The pipeline loss: listed heads are to attend within objects first, then within pairs, then between the pairs.

1. Of each listed layer, queries of the objects' tokens and keys of all tokens, for the listed heads only, from the
   stream that enters the block. The block's own attention stays fused.
2. s, by the layer's set: m(X→X), mean over objects (within object); m(X→Y), mean over the two objects of each pair in
   both directions (within pair); m(X→Y), mean over the 8 directed pairs of a sample and a display object (between
   pairs). m(X→Y) is the mean over the tokens of X of the attention that each pays to all of Y.
3. -log s, averaged over images, heads and layers. Objects that attend to themselves alone have a loss of 0 within
   objects; between pairs, where attention is shared by two objects, the smallest is log 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.relations.attention.masses import TokenSets, masses
from vitatlas.relations.auxiliary.losses import Learned, Loss, Streams
from vitatlas.relations.auxiliary.objects import Objects

Directed = list[tuple[int, int]]

_SAMPLE: Directed = [(0, 1), (1, 0)]
_DISPLAY: Directed = [(2, 3), (3, 2)]
_BETWEEN: Directed = [(a, b) for a in (0, 1) for b in (2, 3)] + [(b, a) for a in (0, 1) for b in (2, 3)]


def directed_pairs(term: str, objects: int) -> Directed:
    """From which object to which a term wants attention, of 2 objects or, with a display pair, 4."""
    if term == "within_object":
        return [(index, index) for index in range(objects)]
    if term == "within_pair":
        return _SAMPLE + (_DISPLAY if objects == 4 else [])
    return _BETWEEN


def scores(mass: Tensor, term: str) -> Tensor:
    """s [B, H] of a term, from masses [B, H, K, K] between objects."""
    origins, targets = zip(*directed_pairs(term, mass.shape[-1]), strict=True)
    return mass[..., list(origins), list(targets)].mean(-1)


def object_masses(block: Any, stream: Tensor, heads: Sequence[int], objects: Objects, prefix: int) -> Tensor:
    """m(X→Y) between all objects, float32 [B, listed heads, K, K], in a block that `stream` [B, T, D] enters."""
    attention, sets = block.attn, object_sets(objects, stream.shape[1], prefix)
    tokens = block.norm1(stream)
    inside = torch.arange(attention.head_dim, device=stream.device)
    rows = torch.cat([head * attention.head_dim + inside for head in heads])  # of the projection: queries, keys, values
    queries = _project(attention.qkv, rows, objects.take(tokens, prefix).flatten(1, 2), len(heads))
    keys = _project(attention.qkv, rows + attention.num_heads * attention.head_dim, tokens, len(heads))
    return masses(attention.q_norm(queries), attention.k_norm(keys), sets)


def object_sets(objects: Objects, tokens: int, prefix: int) -> TokenSets:
    """Every object as row set and as column set, in images of `tokens` tokens, for queries in the order of `take`.

    Objects must not overlap. Unlike `TokenSets.of`, it never waits for the device.
    """
    count, number, size = objects.patches.shape
    owner = torch.eye(number, device=objects.patches.device).repeat_interleave(size, 1)  # [K, K·n]
    owner = owner.expand(count, -1, -1)
    places = (objects.patches + prefix).flatten(1)[:, None].expand(-1, number, -1)
    columns = owner.new_zeros(count, number, tokens).scatter(2, places, owner)
    queries = torch.arange(number * size, device=owner.device).expand(count, -1)
    return TokenSets(queries, owner / size, columns)


def _project(qkv: nn.Linear, rows: Tensor, tokens: Tensor, heads: int) -> Tensor:
    """Some rows of a projection of tokens [B, R, D], per head: [B, heads, R, d]."""
    bias = None if qkv.bias is None else qkv.bias[rows]
    return F.linear(tokens, qkv.weight[rows], bias).unflatten(-1, (heads, -1)).transpose(1, 2)


class PipelineLoss(Loss):
    """The loss, without parameters of its own. Figures: the loss, and the mean s of each term.

    Args:
        layers: The layers of each term.
        heads: The heads of every layer.
    """

    def __init__(self, layers: Mapping[str, Sequence[int]], heads: Sequence[int]):
        super().__init__()
        self.heads = list(heads)
        self.term = {layer: term for term, of_term in layers.items() for layer in of_term}
        self.layers = tuple(sorted(self.term))
        self.terms = tuple(layers)
        self.names = ("pipeline_loss", *(f"attention_{term}" for term in layers))

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> Learned:
        """From the streams entering `layers`."""
        losses: list[Tensor] = []
        reached: dict[str, list[Tensor]] = {term: [] for term in self.terms}
        for layer, term in self.term.items():
            block = classifier.backbone.blocks[layer]
            mass = object_masses(block, streams[layer], self.heads, objects, classifier.prefix)
            score = scores(mass, term)
            losses.append(-score.clamp_min(torch.finfo(score.dtype).tiny).log().mean())
            reached[term].append(score.detach().mean())
        loss = torch.stack(losses).mean()
        return loss, [loss, *(torch.stack(found).mean() for found in reached.values())]
