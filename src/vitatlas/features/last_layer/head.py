"""The head of an encoder, on its final features and on any single token."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.coat import CoaT
from timm.models.pit import PoolingVisionTransformer

from vitatlas.models.encoder import Encoder, Features
from vitatlas.models.weights import read_weights

KEYS = ("weight", "bias")


class Head:
    """Logits of an encoder's classes from final features (after the last norm); always in fp32, since many of half
    precision would be equal.

    A single token is read as if it were all that there is: as the class token, as the distillation token, and as the
    one patch that a mean is taken over. Of two heads on two tokens, the mean of both logits is taken, as timm does.

    Args:
        encoder: With a head of its own, or a `classifier` on z.

    Attributes:
        classes: Number of classes.

    Raises:
        UserError: It has no head.
    """

    def __init__(self, encoder: Encoder):
        if encoder.classifier is None and not encoder.entry.encoder.classes:
            raise UserError(
                f"the encoder of architecture '{encoder.entry.timm}' has no head, so that no token can be classified",
                where="config/models.yaml: key `encoder.classes`",
                remedy="take weights with a head, or hand a head over as input `head`: a linear probe, or the texts of "
                "the classes for a CLIP model",
            )
        self._encoder = encoder
        blank = torch.full((1, 3, encoder.side, encoder.side), 128, dtype=torch.uint8)
        with torch.no_grad():
            features = encoder.features(blank.to(next(encoder.parameters()).device))
            self.classes = self(features).shape[1]
        self._axes = _axes(encoder.backbone, features)

    def __call__(self, features: Features) -> Tensor:
        """Logits [B, classes] of final features."""
        encoder = self._encoder
        whole = features.float() if isinstance(features, Tensor) else [part.float() for part in features]
        with torch.autocast(next(encoder.parameters()).device.type, enabled=False):
            if encoder.classifier is None:
                return encoder.classify(whole)
            logits: Tensor = encoder.classifier(encoder.read(whole))
            return logits

    def of_tokens(self, tokens: Tensor) -> Tensor:
        """Logits [N, classes] of tokens [N, width], each alone."""
        if self._axes == "tokens":
            return self(tokens[:, None].expand(-1, prefix_of(self._encoder.backbone) + 1, -1))
        return self(tokens[:, :, None, None] if self._axes == "channels first" else tokens[:, None, None])

    def obstacle(self) -> str | None:
        """Why single tokens cannot be read; None if they can."""
        if self._axes == "pyramid":
            return "its head reads class tokens of three resolutions together, and no patch is of all three"
        return None


def with_head(encoder: Encoder, files: Iterable[Path]) -> Encoder:
    """The encoder, with the linear head of a file on its z in the place of its own, if there is a file.

    The file is a safetensors file with `weight` [classes, width of z] and `bias` [classes].

    Raises:
        UserError: The file has something else, or is of another width.
    """
    device = next(encoder.parameters()).device
    for path in files:
        encoder.classifier = _linear(path, encoder.width).to(device)
    return encoder


def prefix_of(backbone: Any) -> int:
    """The number of tokens before the patches in front of the head."""
    if isinstance(backbone, PoolingVisionTransformer):
        return int(backbone.num_tokens)
    return 1 if isinstance(backbone, CoaT) else int(getattr(backbone, "num_prefix_tokens", 0))


def _axes(backbone: Any, features: Features) -> str:
    if not isinstance(features, Tensor):
        return "pyramid"
    if features.ndim == 3:
        return "tokens"
    return "channels last" if getattr(backbone, "output_fmt", "NCHW") == "NHWC" else "channels first"


def _linear(path: Path, width: int) -> nn.Linear:
    state = read_weights(path)
    if set(state) != set(KEYS) or state["weight"].ndim != 2 or state["bias"].shape != state["weight"].shape[:1]:
        found = ", ".join(f"{name} {list(value.shape)}" for name, value in state.items())
        raise UserError(
            f"this is no linear head: it has {found or 'nothing'}",
            where=path,
            remedy="hand over `weight` [classes, width] and `bias` [classes]",
        )
    if state["weight"].shape[1] != width:
        raise UserError(
            f"the head reads vectors of width {state['weight'].shape[1]}, and the encoder's have {width}",
            where=path,
            remedy="hand over the head that was made for this encoder",
        )
    head = nn.Linear(width, len(state["weight"]))
    head.load_state_dict({name: value.float() for name, value in state.items()})
    return head.requires_grad_(False)
