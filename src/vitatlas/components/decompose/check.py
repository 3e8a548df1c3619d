"""The check that every model passes before it is decomposed: components sum to the representation."""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor

from vitatlas.components.decompose.engine import Decomposer
from vitatlas.errors import UserError

TOLERANCE = 1e-5
"""Of the length of z, in float32."""


def error_of(of: Decomposer, images: Tensor) -> Tensor:
    """‖Σc - z‖ / ‖z‖ of pictures, [B]."""
    z, vectors = of(images)
    found: Tensor = (vectors.sum(1) - z).norm(dim=1) / z.norm(dim=1)
    return found


def require_exact(of: Decomposer) -> float:
    """The largest error on two pictures, one of noise and one in a single colour.

    Where norms are frozen as the reference does, so that components miss z, the check is on the norms' own statistics.

    Raises:
        UserError: It is above `TOLERANCE`: the decomposition misses something of this architecture.
    """
    of = copy(of)
    of.layernorm = "corrected"
    device, side = next(of.encoder.parameters()).device, of.encoder.side
    noise = torch.randint(256, (3, side, side), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    error = float(error_of(of, torch.stack([noise, torch.full_like(noise, 90)]).to(device)).max())
    if not error <= TOLERANCE:
        raise UserError(
            f"the components sum to the representation up to {error:.1e} of its length, and not up to {TOLERANCE:.0e}",
            where=f"architecture '{of.encoder.entry.timm}'",
            remedy="the decomposition misses a part of this architecture: take another one, and report this one",
        )
    return error
