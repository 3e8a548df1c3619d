"""The intervention that distributed alignment search learns: a rotation, and a mask over the rotated coordinates.

For a base vector b and a source vector s (rows), a rotation R and a mask w in [0, 1],

    out = ((1 - w) ⊙ bR + w ⊙ sR) Rᵀ = b + (w ⊙ (s - b)R) Rᵀ

The right side is what is computed: half the work, and w = 0 leaves b untouched to the last bit.
Lepori et al. (NeurIPS 2024), section 4; Geiger et al. (CLeaR 2024) for the rotation.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

COLDEST = 1 / 200
"""The mask's temperature in the last epoch; it is 1 in the first."""


class Subspace(nn.Module):
    """A rotation R [d, d] and a mask w [d], to be learned.

    R = R0 (2 (I + A/2)⁻¹ - I) with a fixed random rotation R0 and a skew matrix A, zero at first: Cayley's map, which
    near zero moves like the matrix exponential and costs one matrix inverse (see benchmarks/rotations.py).

    Args:
        width: Length d of a token vector.
        generator: R0 is drawn from it.
    """

    start: Tensor

    def __init__(self, width: int, generator: torch.Generator):
        super().__init__()
        start, triangle = torch.linalg.qr(torch.randn(width, width, generator=generator, dtype=torch.float64))
        self.register_buffer("start", (start * triangle.diagonal().sign()).float())
        self.skew = nn.Parameter(torch.zeros(width, width))
        self.logits = nn.Parameter(torch.zeros(width))

    def rotation(self) -> Tensor:
        """R [d, d]; compute it once per step."""
        one = torch.eye(len(self.start), dtype=self.start.dtype, device=self.start.device)
        inverse = torch.linalg.inv(one + (self.skew - self.skew.T) / 4)
        return self.start @ (2 * inverse - one)

    def mask(self, temperature: float) -> Tensor:
        """w = σ(m / T) [d], m the mask's logits: all ½ at first."""
        return torch.sigmoid(self.logits / temperature)

    @torch.no_grad()
    def learned(self) -> tuple[Tensor, Tensor]:
        """R, computed in float64, and the logits m: float32 [d, d] and [d], on the CPU."""
        exact = Subspace(len(self.logits), torch.Generator()).double()
        exact.load_state_dict(self.state_dict())
        return exact.rotation().float(), self.logits.detach().float().cpu()


def binary(logits: Tensor) -> Tensor:
    """The mask of an evaluation: 1 where m > 0, else 0."""
    return (logits > 0).to(logits.dtype)


def blend(base: Tensor, source: Tensor, rotation: Tensor, mask: Tensor) -> Tensor:
    """`base` [..., d] with the masked coordinates of `source` [..., d] in the rotated space."""
    return base + ((source - base) @ rotation * mask) @ rotation.T


def temperature(epoch: int, epochs: int) -> float:
    """The mask's temperature in an epoch (0 for the first): from 1 down to 1/200, by equal factors."""
    return COLDEST ** (epoch / (epochs - 1)) if epochs > 1 else 1.0
