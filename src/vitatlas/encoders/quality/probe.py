"""A linear probe of representations: ridge regression onto the values of an attribute.

1. Representations are brought to mean 0 and deviation 1 per axis, by those that the probe is fitted on.
2. Weights W minimise ‖X W - Y‖² + penalty ‖W‖², Y one-hot; the answer is the largest output.
3. The penalty is the one of `PENALTIES` with most right answers on other scenes; the largest of equals.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

PENALTIES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
LEAST_DEVIATION = 1e-6  # of an axis; below it, the axis says nothing


@dataclass(frozen=True)
class Probe:
    """A fitted probe."""

    mean: Tensor
    deviation: Tensor
    weights: Tensor
    penalty: float

    def __call__(self, z: Tensor) -> Tensor:
        """The numbers [N] of the values that it reads from representations z [N, D]."""
        return (_ready(z, self.mean, self.deviation) @ self.weights).argmax(1)


def fit_probe(z: Tensor, values: Tensor, others: tuple[Tensor, Tensor], count: int) -> Probe:
    """The probe of an attribute.

    Args:
        z: Representations [N, D].
        values: The scenes' values, int64 [N].
        others: Representations and values of other scenes, to choose the penalty by.
        count: How many values the attribute has.
    """
    z = z.double()
    mean, deviation = z.mean(0), z.std(0).clamp(min=LEAST_DEVIATION)
    x, y = _ready(z, mean, deviation), F.one_hot(values, count).double()
    gram, moments = x.T @ x, x.T @ y
    axes = torch.eye(len(gram), dtype=x.dtype, device=x.device)
    axes[-1, -1] = 0  # the constant is not drawn to zero
    found = [
        Probe(mean, deviation, torch.linalg.solve(gram + penalty * axes, moments), penalty) for penalty in PENALTIES
    ]
    return max(found, key=lambda probe: float((probe(others[0]) == others[1]).double().mean()))


def _ready(z: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """Standardised, with a constant as the last axis."""
    x = (z.double() - mean) / deviation
    return torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
