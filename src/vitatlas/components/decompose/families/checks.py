"""Refusals that families share: what stands on the residual path and is not linear once statistics are frozen."""

from __future__ import annotations

from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder


def require_layer_norm(norm: nn.Module, where: str) -> nn.LayerNorm | None:
    """The LayerNorm itself; None for no norm.

    Raises:
        UserError: It is another kind of norm.
    """
    if isinstance(norm, nn.Identity):
        return None
    if not isinstance(norm, nn.LayerNorm):
        raise UserError(
            f"the norm on the residual path is timm's {type(norm).__name__}, and not a LayerNorm",
            where=where,
            remedy="take an architecture with LayerNorm",
        )
    return norm


def refused_readout(encoder: Encoder, problem: str) -> UserError:
    """The error of a representation that is no linear function of the stream."""
    return UserError(
        f"the representation cannot be decomposed: {problem}",
        where=f"architecture '{encoder.entry.timm}', readout '{encoder.entry.encoder.readout}'",
        remedy="take another `encoder.readout` (cls, mean), or another architecture",
    )


def layer_scale(module: nn.Module) -> Tensor | None:
    """The factors of timm's LayerScale, [C]; None where there is none."""
    return None if isinstance(module, nn.Identity) else module.gamma  # type: ignore[return-value]


def is_mean(encoder: Encoder) -> bool:
    """Whether the representation is the mean over the last map, or what a head that averages reads."""
    how = encoder.entry.encoder.readout
    return how == "mean" or (how == "pooled" and encoder.backbone.head.global_pool.pool_type == "avg")
