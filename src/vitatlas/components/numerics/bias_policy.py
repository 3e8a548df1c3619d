"""The change of components by the policy for biases.

`separate` is what other policies are held against; its component `bias` is left out, since others have none or a
smaller one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.decompose import BIAS, Decomposer, Policy, table
from vitatlas.components.numerics.refinement import refined_differences
from vitatlas.models.encoder import Encoder

POLICIES: tuple[Policy, ...] = ("separate", "own", "uniform")
NAMED = ["component", "name", "kind", "stage", "block", "layer", "head"]

Squares = dict[tuple[str, str], Tensor]
"""By quantity and policy: squared lengths summed over pictures, float64 [components or 1]."""


@torch.no_grad()
def bias_policy(encoder: Encoder, batches: Sequence[Tensor], start: str | None) -> pd.DataFrame:
    """One row per number: quantity, policy, `NAMED`, value, n (pictures).

    Lengths are root mean squares over pictures. `length`: of a component, as a share of z's. `difference`: between the
    component and the same by `separate`, as a share of the latter's length. `refined` (by `uniform`): between a
    component and the sum of its tokens where heads are split over tokens, as a share of its length.

    Args:
        encoder: In evaluation mode.
        batches: Pictures [B, 3, side, side] uint8.
        start: The first block that is decomposed.
    """
    decomposers = {policy: Decomposer(encoder, start, policy) for policy in POLICIES}
    components = [component for component in decomposers["separate"].components if component.kind != BIAS]
    squares: Squares = defaultdict(lambda: torch.zeros((), dtype=torch.float64))
    for images in batches:
        for key, found in _squares(decomposers, images, len(components)).items():
            squares[key] = squares[key] + found
    return _rows(squares, table(components)[NAMED]).assign(n=sum(map(len, batches)))


def _squares(decomposers: dict[Policy, Decomposer], images: Tensor, count: int) -> Squares:
    """Those of one batch."""
    found: Squares = {}
    vectors = {}
    for policy, of in decomposers.items():
        z, whole = of(images)
        vectors[policy] = whole[:, :count]
        found["length", policy] = _summed(vectors[policy])
        found["z", policy] = _summed(z[:, None])
    for policy in decomposers:
        found["difference", policy] = _summed(vectors[policy] - vectors["separate"])
    found["refined", "uniform"] = _summed(refined_differences(decomposers["uniform"], images))
    return found


def _summed(vectors: Tensor) -> Tensor:
    """Squared lengths of [B, components, d], summed over pictures."""
    return vectors.double().square().sum((0, 2)).cpu()


def _rows(squares: Squares, named: pd.DataFrame) -> pd.DataFrame:
    shares = {("length", policy): squares["length", policy] / squares["z", policy] for policy in POLICIES}
    for policy in POLICIES[1:]:
        shares["difference", policy] = squares["difference", policy] / squares["length", "separate"]
    shares["refined", "uniform"] = squares["refined", "uniform"] / squares["length", "uniform"]
    parts = [
        named.assign(quantity=quantity, policy=policy, value=share.sqrt().tolist())
        for (quantity, policy), share in shares.items()
    ]
    return pd.concat(parts, ignore_index=True)
