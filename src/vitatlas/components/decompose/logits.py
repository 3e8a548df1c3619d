"""Class logits as scalars of z: the direction whose product with z is a logit, up to a constant.

- A linear head on z: the row of its class.
- A head with a norm, hidden units and a non-linearity behind the pooling (MaxViT): the norm's scale is frozen, and the
  non-linearity f(x) is taken for x · f(x)/x with the ratio frozen (the secant through zero). Shares of components then
  sum to the logit exactly. The tangent (`gradient`) would not.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn

from vitatlas.components.decompose.readout import gain_of, shift_of
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder

Rule = Literal["secant", "gradient"]


@torch.no_grad()
def class_directions(encoder: Encoder, z: Tensor, classes: Tensor, rule: Rule = "secant") -> tuple[Tensor, Tensor]:
    """Directions [B, d] and constants [B]: the logits of `classes` are (directions · z) + constants.

    Args:
        encoder: With a head that reads z: its own, or a linear `classifier`.
        z: Representations [B, d].
        classes: int64 [B].
        rule: Of a non-linearity in the head; `gradient` is exact to first order only.

    Raises:
        UserError: The encoder has no head, or its head does not read z.
    """
    head = _linear(encoder)
    rows = head.weight[classes]
    constants = z.new_zeros(len(z)) if head.bias is None else head.bias[classes]
    hidden = _hidden(encoder)
    if hidden is None:
        return rows, constants
    return _through(hidden, z, rows, constants, rule)


@torch.no_grad()
def require_head(encoder: Encoder, images: Tensor) -> None:
    """Check that logits are those of z.

    Raises:
        UserError: The head reads something else, as a distilled network's two heads do.
    """
    z, logits = encoder(images), encoder.logits(images)
    classes = torch.zeros(len(z), dtype=torch.int64, device=z.device)
    directions, constants = class_directions(encoder, z, classes)
    found = (directions * z).sum(1) + constants
    if not torch.allclose(found, logits[:, 0], rtol=1e-4, atol=1e-4):
        raise UserError(
            "the logits are not those of the representation: the head reads something else",
            where=f"architecture '{encoder.entry.timm}', readout '{encoder.entry.encoder.readout}'",
            remedy="take the readout that the head reads, or train a linear probe on the representation",
        )


def _linear(encoder: Encoder) -> nn.Linear:
    head = encoder.classifier
    if head is None and encoder.entry.encoder.classes:
        head = encoder.backbone.get_classifier()
    if not isinstance(head, nn.Linear):
        two = isinstance(head, tuple)
        raise UserError(
            f"the encoder has {'two heads, on two tokens' if two else 'no linear head on its representation'}",
            where=f"architecture '{encoder.entry.timm}'",
            remedy="train a linear probe on what it encodes, or use the text tower of a CLIP model",
        )
    return head


def _hidden(encoder: Encoder) -> Any:
    """timm's head with hidden units, where it stands between z and the logits; None where nothing does."""
    head = getattr(encoder.backbone, "head", None)
    return head if encoder.classifier is None and getattr(head, "hidden_size", None) else None


def _through(head: Any, z: Tensor, rows: Tensor, constants: Tensor, rule: Rule) -> tuple[Tensor, Tensor]:
    """Directions and constants behind norm, hidden units and non-linearity, taken back to z."""
    norm, linear, act = head.norm, head.pre_logits.fc, head.pre_logits.act
    gain, shift = gain_of(norm, z), shift_of(norm, z)
    scale = (z.var(1, correction=0, keepdim=True) + norm.eps).rsqrt()
    normed = (z - z.mean(1, keepdim=True)) * scale * gain + shift
    x = linear(normed)
    slopes, rest = _slopes(act, x, rule)
    constants = constants + (rows * rest).sum(1)
    back = (rows * slopes) @ linear.weight
    constants = constants + (rows * slopes * linear.bias).sum(1) + back @ shift
    back = back * gain * scale
    return back - back.mean(1, keepdim=True), constants


def _slopes(act: nn.Module, x: Tensor, rule: Rule) -> tuple[Tensor, Tensor]:
    """The line that stands for the non-linearity: f(x) = slope · x + rest."""
    y = act(x)
    if rule == "secant":
        return torch.where(x == 0, torch.ones_like(x), y / x.where(x != 0, torch.ones_like(x))), torch.zeros_like(x)
    with torch.enable_grad():
        at = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(act(at).sum(), at)
    return slope, y - slope * x
