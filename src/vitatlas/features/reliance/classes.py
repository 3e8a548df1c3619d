"""The classes of pictures, as numbers of an encoder's logits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.classes import class_numbers
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder


@torch.no_grad()
def logit_count(encoder: Encoder) -> int:
    """How many classes an encoder tells apart.

    Raises:
        UserError: It has no head.
    """
    device = next(encoder.parameters()).device
    grey = torch.full((1, 3, encoder.side, encoder.side), 128, dtype=torch.uint8, device=device)
    return int(encoder.logits(grey).shape[1])


def classes_of(pictures: pd.DataFrame, attribute: str, classes: Sequence[str], logits: int, part: str) -> Tensor:
    """The number of each picture's class, int64 [N].

    Args:
        pictures: One row per picture: scenes of the picture world, or of an index with labels.
        attribute, classes: What scenes are classified by, and its values in the order of the logits.
        logits: How many there are.
        part: What the pictures are called, for messages.

    Raises:
        UserError: Nothing is known of classes; a picture has none of them; there are other numbers of classes.
    """
    where, remedy = f"pictures '{part}'", "take pictures of the classes that the encoder tells apart"
    if attribute in pictures and len(classes) != logits:
        problem = f"the encoder tells {logits} classes apart, and '{attribute}' has {len(classes)} values"
        raise UserError(problem, where=where, remedy=remedy)
    found = class_numbers(pictures, attribute, classes)
    if found is None:
        raise UserError("nothing is known of the classes of these pictures", where=where, remedy=remedy)
    strange = ((found < 0) | (found >= logits)).nonzero()
    if len(strange):
        name = pictures["picture"].iloc[int(strange[0])]
        problem = f"the picture '{name}' is of none of the encoder's {logits} classes"
        raise UserError(problem, where=where, remedy=remedy)
    return found
