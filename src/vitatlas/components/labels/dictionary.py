"""Dictionaries: the same texts as directions of the model's own space, and of the space of texts.

- Where pictures are labelled, a value's own direction is the mean of z over pictures that show it, less that of all.
- Else the texts are the classes of the encoder's head, and a class's own direction is its row in the head (paper).

Both are brought to unit length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import normalize

from vitatlas.components.score.labels import labels_of
from vitatlas.components.store.read import Contributions
from vitatlas.components.texts.table import CLASS, stacked
from vitatlas.errors import UserError
from vitatlas.models.weights import read_weights


@dataclass(frozen=True)
class Dictionary:
    """M texts.

    Attributes:
        words: The texts.
        own: Their directions in the model's space [M, d].
        texts: Their embeddings [M, d'].
    """

    words: list[str]
    own: Tensor
    texts: Tensor


def of_values(
    part: Contributions,
    values: Mapping[str, Sequence[str]],
    attributes: Mapping[str, str],
    texts: dict[str, dict[str, Tensor]],
) -> Dictionary:
    """The values of attributes.

    Args:
        part: Pictures with labels.
        values: Texts, by feature.
        attributes: The attribute of each feature.
        texts: Vectors by feature and text.

    Raises:
        UserError: No picture shows a value.
    """
    z = torch.from_numpy(part.z())
    centred = z - z.mean(0)
    words, own, theirs = [], [], []
    for feature, names in values.items():
        labels = labels_of(part.pictures, attributes[feature], names)
        for number, name in enumerate(names):
            shown = labels == number
            if not bool(shown.any()):
                raise UserError(f"no picture shows '{name}'", where=part.where, remedy="take more pictures")
            words.append(name)
            own.append(centred[shown].mean(0))
            theirs.append(texts[feature][name])
    return Dictionary(words, normalize(torch.stack(own), dim=1), normalize(torch.stack(theirs).double(), dim=1))


def of_head(weights: Path, name: str, texts: dict[str, dict[str, Tensor]]) -> Dictionary:
    """The classes of an encoder's head.

    Args:
        weights: Its file.
        name: timm's name of the head.
        texts: Vectors by feature and text, with the names of classes under `CLASS`.

    Raises:
        UserError: The file has no such head, or there are not as many names as classes.
    """
    head = read_weights(weights).get(f"{name}.weight")
    if head is None:
        raise UserError(f"the file has no head ({name}.weight)", where=weights, remedy="take a model with a head")
    embedded = stacked(texts, CLASS)
    if len(head) != len(embedded):
        raise UserError(
            f"the head has {len(head)} classes, and there are {len(embedded)} names",
            where=weights,
            remedy="take a model of ImageNet's 1,000 classes",
        )
    words = list(texts[CLASS])
    return Dictionary(words, normalize(head.double(), dim=1), normalize(embedded.double(), dim=1))
