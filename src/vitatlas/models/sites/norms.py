"""Statistics of norms: norm(x) = (x - mean) · scale · weight + bias, with the weight and bias that a norm has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import LayerNorm2d, LayerNorm2dFp32, RmsNorm, RmsNormFp32, SimpleNorm, SimpleNormFp32

from vitatlas.models.sites.taps import Handle, Input
from vitatlas.models.sites.views import Function

NO_MEAN = (RmsNorm, RmsNormFp32, SimpleNorm, SimpleNormFp32, nn.RMSNorm)
BATCH = nn.BatchNorm2d
KNOWN = (nn.LayerNorm, *NO_MEAN, BATCH)
"""Norms whose statistics are known here."""


@dataclass(frozen=True)
class Statistic:
    """One statistic of a norm's input, in the input's layout with the normalised axis of length 1.

    Of a BatchNorm in evaluation: its running one, [1, C, 1, 1].

    Attributes:
        norm: The norm.
        which: mean or scale, in the input's precision, or float32 where that is less.
    """

    norm: nn.Module
    which: Callable[[Any, Tensor], Tensor]

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`; nothing can be changed here."""

        def look(value: Tensor) -> Tensor:
            function(self.which(self.norm, value if value.dtype == torch.float64 else value.float()))
            return value

        return Input(self.norm).attach(look, changes=False)


def mean(norm: Any, value: Tensor) -> Tensor:
    """The value that the norm subtracts."""
    if isinstance(norm, NO_MEAN):
        return torch.zeros_like(value[..., :1])
    if _running(norm):
        return norm.running_mean.view(1, -1, 1, 1)
    return value.mean(_axes(norm), keepdim=True)


def scale(norm: Any, value: Tensor) -> Tensor:
    """The factor of the norm: 1 / sqrt(variance + eps)."""
    if isinstance(norm, (RmsNorm, RmsNormFp32, nn.RMSNorm)):
        eps = torch.finfo(value.dtype).eps if norm.eps is None else norm.eps
        return (value.square().mean(-1, keepdim=True) + eps).rsqrt()
    if isinstance(norm, (SimpleNorm, SimpleNormFp32)):
        return (value.var(-1, keepdim=True) + norm.eps).rsqrt()
    if _running(norm):
        return (norm.running_var.view(1, -1, 1, 1) + norm.eps).rsqrt()
    return (value.var(_axes(norm), correction=0, keepdim=True) + norm.eps).rsqrt()


def _running(norm: Any) -> bool:
    """Whether it is a BatchNorm that takes its running statistics, and not those of the batch at hand."""
    return isinstance(norm, BATCH) and not norm.training and norm.running_mean is not None


def _axes(norm: nn.Module) -> tuple[int, ...]:
    """The axes that the norm takes its statistics over."""
    if isinstance(norm, BATCH):
        return (0, 2, 3)
    return (1,) if isinstance(norm, (LayerNorm2d, LayerNorm2dFp32)) else (-1,)
