"""The logit that a map explains."""

from __future__ import annotations

from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder


def logits_of(encoder: Encoder, images: Tensor, classes: Tensor) -> Tensor:
    """The logit of each picture's class [B]; gradients flow if they are enabled.

    Args:
        encoder: In evaluation mode.
        images: uint8 [B, 3, side, side].
        classes: int64 [B].

    Raises:
        UserError: The encoder has no head, or a head without one of the classes.
        ValueError: Not as many classes as pictures.
    """
    if classes.shape != images.shape[:1]:
        raise ValueError(f"{tuple(classes.shape)} classes for {len(images)} pictures")
    logits = encoder.logits(images)
    low, high = int(classes.min()), int(classes.max())
    if low < 0 or high >= logits.shape[1]:
        raise UserError(
            f"class {low if low < 0 else high} was asked for, and the head has classes 0 to {logits.shape[1] - 1}",
            where=f"encoder of architecture '{encoder.entry.timm}'",
            remedy="take a head that was made for the classes of the data set",
        )
    return logits.gather(1, classes[:, None]).squeeze(1)
