"""The classes that heads find with more and more components at their means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from vitatlas.components.ablation.steps import steps
from vitatlas.components.store.read import Contributions

BATCH = 250


@torch.no_grad()
def answers(of: Contributions, components: Sequence[int], means: Tensor, heads: Sequence[nn.Linear]) -> Tensor:
    """Classes with none, one, two, … of the given components at their means: int64 [heads, N, k + 1].

    Args:
        of: Contributions to the pictures.
        components: Numbers, in the order in which they are set to their means [k].
        means: Of all components with a map, float64 [N, d].
        heads: Linear, of z.
    """
    z, parts = torch.from_numpy(of.z()), []
    for start in range(0, len(z), BATCH):
        rows = slice(start, start + BATCH)
        vectors = torch.from_numpy(of.vectors[rows][:, list(components)].astype(np.float64))
        changed = steps(z[rows], vectors, means[list(components)]).float()
        parts.append(torch.stack([head(changed).argmax(-1) for head in heads]))
    return torch.cat(parts, dim=1)
