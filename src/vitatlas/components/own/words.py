"""A user's words as vectors of a CLIP model's space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vitatlas.images.world.attributes import VALUES
from vitatlas.images.world.prompts import prompts
from vitatlas.models.text.prompts import IMAGENET_TEMPLATES, prompt
from vitatlas.models.text.tower import TextEncoder
from vitatlas.models.text.zero_shot import embedded

CLOSE = 0.95
"""Cosine of two words' vectors from which on a model's texts hardly tell them apart."""


def sentences(name: str, phrase: str, *, small: bool) -> list[str]:
    """The texts whose mean is a word's vector.

    A phrase stands as it is. A word alone goes into the templates of CLIP's authors; for a miniature, which does not
    know their words, into the picture world's prompts where it is a value of an attribute.
    """
    if name != phrase:
        return [phrase]
    if not small:
        return [prompt(template, phrase) for template in IMAGENET_TEMPLATES]
    attribute = next((of for of, values in VALUES.items() if phrase in values), None)
    return prompts(attribute)[phrase] if attribute else [phrase]


@torch.no_grad()
def word_vectors(tower: TextEncoder, words: Mapping[str, str], *, small: bool) -> Tensor:
    """Vectors of unit length [words, d'].

    Args:
        tower: On any device.
        words: Phrases by name.
        small: Whether the tower is a miniature's.

    Raises:
        UserError: A word that the miniature does not know.
    """
    return torch.cat([embedded(tower, [sentences(*word, small=small)]) for word in words.items()])


def close_pairs(names: Sequence[str], vectors: Tensor) -> list[tuple[str, str, float]]:
    """The pairs of words that a model's texts hardly tell apart, with the cosine of their vectors."""
    cosines = (vectors @ vectors.T).tolist()
    return [
        (names[a], names[b], cosines[a][b])
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if cosines[a][b] >= CLOSE
    ]
