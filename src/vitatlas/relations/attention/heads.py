"""Choosing one head of a model for each role of the walk-through.

1. For each head, over a sample of images: how much attention object tokens pay to their own object, and how evenly it
   is spread there (entropy over the object's tokens, as a share of its maximum); WP and BG as in the main analysis.
2. Each role has a score made of these (`roles.ROLES`). Role by role, the head with the highest mean score that no
   earlier role has taken.
"""

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor

from vitatlas.models.build import Classifier
from vitatlas.relations.attention.masses import pool, quantities, relation_sets, row_attention
from vitatlas.relations.attention.reader import attention_by_layer
from vitatlas.relations.attention.roles import ROLES
from vitatlas.relations.attention.sample import scene_objects
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


def choose_heads(
    classifier: Classifier, scenes: Scenes, renderer: Renderer, batch: int, first_layer: int = 0
) -> list[tuple[int, int]]:
    """(layer, head) for each of `ROLES`, all different, from the layers at and above `first_layer`.

    Raises:
        ValueError: The model has fewer heads in those layers than there are roles.
    """
    total = torch.zeros(classifier.depth, classifier.heads, len(ROLES), dtype=torch.float64)
    for start in range(0, len(scenes), batch):
        part = scenes[start : start + batch]
        objects = scene_objects(part, renderer.geometry, classifier.prefix).to(renderer.device)
        score = partial(role_scores, objects=objects, prefix=classifier.prefix)
        total += torch.stack([s.sum(0).double().cpu() for s in attention_by_layer(classifier, renderer(part), score)])
    return best_heads(total, first_layer)


def best_heads(scores: Tensor, first_layer: int = 0) -> list[tuple[int, int]]:
    """Role by role the best head not yet taken, ties to the lower layer and head, from scores [layers, heads, roles].

    Raises:
        ValueError: There are more roles than heads.
    """
    open_scores = scores.clone()
    open_scores[:first_layer] = -math.inf
    chosen: list[tuple[int, int]] = []
    for role in range(scores.shape[2]):
        best = int(open_scores[..., role].flatten().argmax())
        layer, head = divmod(best, scores.shape[1])
        if open_scores[layer, head, role] == -math.inf:
            raise ValueError(f"{scores.shape[2]} roles, but only {role} heads from layer {first_layer} on")
        chosen.append((layer, head))
        open_scores[layer, head] = -math.inf
    return chosen


def role_scores(q: Tensor, k: Tensor, objects: Tensor, prefix: int) -> Tensor:
    """The score of each head for each role, float32 [B, H, roles].

    Args:
        q, k: Queries and keys [B, H, T, d] of one layer.
        objects: Boolean masks [B, K, T] of the objects.
        prefix: Number of tokens before the patches.
    """
    sets = relation_sets(objects, prefix)
    rows = row_attention(q, k, sets.index)
    member = objects.float().gather(2, sets.index[:, None].expand(-1, objects.shape[1], -1))  # [B, K, R]
    own = (member.transpose(1, 2) @ objects.float())[:, None]  # each row's object, [B, 1, R, T]
    mean = member.sum(1, keepdim=True) / member.sum((1, 2), keepdim=True)  # over all object tokens, [B, 1, R]
    inside, spread = _mass_and_spread(rows, own)
    named = quantities(pool(rows, sets))
    scores = {
        "within object, local": (mean * inside * (1 - spread)).sum(-1),
        "within object, whole": (mean * inside * spread).sum(-1),
        "between objects": named["WP"],
        "background": named["BG"],
    }
    return torch.stack([scores[role] for role in ROLES], dim=-1)


def _mass_and_spread(rows: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Attention paid to `target`, and how evenly: 0 if all of it goes to one token, 1 if each token gets the same.

    Args:
        rows: Attention [B, H, R, T].
        target: 0 or 1, broadcastable to it. A target of one token has spread ½: local and whole are the same there.
    """
    inside = rows * target
    mass = inside.sum(-1)
    share = inside / mass.clamp_min(1e-12).unsqueeze(-1)
    entropy = -torch.special.xlogy(share, share).sum(-1)
    size = target.sum(-1).expand_as(entropy)
    return mass, torch.where(size > 1, entropy / size.clamp_min(2).log(), 0.5)
