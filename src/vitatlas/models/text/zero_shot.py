"""Classes named by words: their embeddings, and a head that compares pictures with them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from vitatlas.errors import UserError
from vitatlas.models.text.prompts import Template, prompt
from vitatlas.models.text.tower import TextEncoder

NAMES_AT_ONCE = 16
"""Names that are embedded together; with 80 templates, 1,280 texts."""


@torch.no_grad()
def embedded(tower: TextEncoder, phrases: Sequence[Sequence[str]]) -> Tensor:
    """Embeddings [names, d] of unit length: the phrases of each name embedded, averaged, brought to unit length.

    Args:
        phrases: Of each name, as many as of all others.
    """
    parts = []
    for start in range(0, len(phrases), NAMES_AT_ONCE):
        some = phrases[start : start + NAMES_AT_ONCE]
        texts = [text for of_name in some for text in of_name]
        parts.append(tower(texts).view(len(some), len(some[0]), -1).mean(dim=1))
    return normalize(torch.cat(parts), dim=-1)


def zero_shot_head(tower: TextEncoder, names: Sequence[str], templates: Sequence[Template]) -> Tensor:
    """Embeddings [names, d] of unit length: each name in every template, embedded, averaged, brought to unit length.

    The protocol of CLIP (Radford et al., 2021, section 3.1.4). Equal names have equal embeddings.

    Raises:
        UserError: No names or no templates; as `prompt`.
    """
    for what, given in (("names", names), ("templates", templates)):
        if not given:
            raise UserError(f"a zero-shot head needs {what}", remedy="give at least one")
    return embedded(tower, [[prompt(template, name) for template in templates] for name in names])


def zero_shot_classifier(tower: TextEncoder, names: Sequence[str], templates: Sequence[Template]) -> nn.Linear:
    """A frozen head on representations of unit length: logits are cosines times the factor of the model's training.

    Raises:
        UserError: As `zero_shot_head`.
    """
    embeddings = zero_shot_head(tower, names, templates)
    head = nn.Linear(embeddings.shape[1], len(embeddings), bias=False, device=embeddings.device, dtype=embeddings.dtype)
    with torch.no_grad():
        head.weight.copy_(tower.logit_scale.exp() * embeddings)
    return head.requires_grad_(False)
