"""The statistics that norms on the residual path are frozen with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from vitatlas.components.config.protocol import Switch
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import LayerNorm2d, LayerNorm2dFp32

from vitatlas.models.sites.norms import mean, scale

REFERENCE_EPS = 1e-5
"""In place of the norm's own, whichever it is."""


def reference_scale(norm: Any, value: Tensor) -> Tensor:
    """The scale that the authors' code freezes a LayerNorm with: of the unbiased deviation over the channels.

    The norm itself divides by the biased one, with its own epsilon, so that components miss z by about 1 / 2d of what
    passes the norm.
    """
    channels = 1 if isinstance(norm, (LayerNorm2d, LayerNorm2dFp32)) else -1
    return (value.var(channels, correction=1, keepdim=True) + REFERENCE_EPS).rsqrt()


STATISTICS: dict[Switch, dict[str, Callable[[Any, Tensor], Tensor]]] = {
    "corrected": {"mean": mean, "scale": scale},
    "reference": {"mean": mean, "scale": reference_scale},
}
"""By the switch `layernorm` of the protocol."""
