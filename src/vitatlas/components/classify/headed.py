"""Encoders with a head on their representation, and the classes of pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor, nn

from vitatlas.components.decompose.logits import require_head
from vitatlas.encoders.seen.classes import class_numbers
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder
from vitatlas.models.weights import read_weights


def with_head(encoder: Encoder, heads: Iterable[Path]) -> Encoder:
    """The encoder, with the head of a file in the place of its own, if there is a file.

    Raises:
        UserError: It does not fit; or the encoder's logits are not those of its representation.
    """
    device = next(encoder.parameters()).device
    for path in heads:
        encoder.classifier = load_head(path, encoder.width).to(device)
    require_head(encoder, torch.full((2, 3, encoder.side, encoder.side), 128, dtype=torch.uint8, device=device))
    return encoder


def load_head(path: Path, width: int) -> nn.Linear:
    """A frozen head.

    Raises:
        UserError: It is of another width.
    """
    state = read_weights(path)
    weight, bias = state["weight"], state["bias"]
    if weight.shape[1] != width:
        raise UserError(
            f"the head reads vectors of width {weight.shape[1]}, and the encoder's have {width}",
            where=path,
            remedy="delete it and make it again",
        )
    head = nn.Linear(weight.shape[1], weight.shape[0])
    head.load_state_dict({"weight": weight, "bias": bias})
    return head.requires_grad_(False)


def classes_of(pictures: pd.DataFrame, attribute: str, classes: Sequence[str], key: str) -> Tensor:
    """The number of each picture's class, int64 [N].

    Args:
        pictures: One row per picture: scenes of the picture world, or of an index with labels.
        attribute: What scenes are classified by.
        classes: Its values, in the order of the head's outputs.
        key: Of the configuration, for messages.

    Raises:
        UserError: Nothing is known of classes, or a picture has none of them.
    """
    found = class_numbers(pictures, attribute, classes)
    if found is None:
        raise UserError(
            "nothing is known of the classes of these pictures",
            where=f"key `{key}`",
            remedy="take scenes of the picture world, or a data set with classes",
        )
    if bool((found < 0).any()):
        name = pictures["picture"].iloc[int((found < 0).nonzero()[0])]
        raise UserError(
            f"the picture '{name}' is of none of the classes",
            where=f"key `{key}`",
            remedy="take pictures of the classes that the head was made for",
        )
    return found
