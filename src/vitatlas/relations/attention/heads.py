"""Choosing one head of a model for each role of the walk-through.

1. For each head, in the image that is shown, and for each of its objects: how much attention the object's tokens pay to
   their own object, and how evenly it is spread there (entropy over the object's tokens, as a share of its maximum); to
   the other object of the pair; and to the background.
2. Each role has a score made of these (`roles.ROLES`), that of the object for which it is least. Role by role, the head
   with the highest score that no earlier role has taken.
"""

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor

from vitatlas.models.build import Classifier
from vitatlas.relations.attention.masses import TokenSets, row_attention
from vitatlas.relations.attention.reader import attention_by_layer
from vitatlas.relations.attention.roles import ROLES
from vitatlas.relations.attention.sample import scene_objects
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


def choose_heads(
    classifier: Classifier, scene: Scenes, renderer: Renderer, first_layer: int = 0
) -> list[tuple[int, int]]:
    """(layer, head) for each of `ROLES`, all different, from the layers at and above `first_layer`.

    Args:
        classifier: In evaluation mode, on the renderer's device.
        scene: A table of one scene, that which is shown.
        renderer: Draws it.
        first_layer: Layers below it are passed over.

    Raises:
        ValueError: The model has fewer heads in those layers than there are roles.
    """
    objects = scene_objects(scene, renderer.geometry, classifier.prefix).to(renderer.device)
    score = partial(role_scores, objects=objects, prefix=classifier.prefix)
    layers = attention_by_layer(classifier, renderer(scene), score)
    return best_heads(torch.stack([scores[0].double().cpu() for scores in layers]), first_layer)


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
    """The score of each head for each role, float32 [B, H, roles]: that of the object for which it is least.

    Args:
        q, k: Queries and keys [B, H, T, d] of one layer.
        objects: Boolean masks [B, K, T] of the objects: pairs, one after the other.
        prefix: Number of tokens before the patches.
    """
    index = TokenSets.of(objects, objects).index
    rows = row_attention(q, k, index)
    member = objects.float().gather(2, index[:, None].expand(-1, objects.shape[1], -1))  # [B, K, R]
    mean = member / member.sum(-1, keepdim=True)  # over the tokens of each object
    inside, spread = _mass_and_spread(rows, _targets(member, objects.float()))
    partner = objects.float().unflatten(1, (-1, 2)).flip(2).flatten(1, 2)
    background = ~objects.any(1)
    background[:, :prefix] = False
    scores = {
        "within object, local": inside * (1 - spread),
        "within object, whole": inside * spread,
        "between objects": (rows * _targets(member, partner)).sum(-1),
        "background": (rows * background[:, None, None]).sum(-1),
    }
    # [B, H, K, roles]
    by_object = torch.stack([scores[role] @ mean.transpose(1, 2) for role in ROLES], dim=-1)
    return by_object.amin(2)


def _targets(member: Tensor, objects: Tensor) -> Tensor:
    """For each row, the object that stands at its own object's place in `objects` [B, K, T]: [B, 1, R, T]."""
    return (member.transpose(1, 2) @ objects)[:, None]


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
