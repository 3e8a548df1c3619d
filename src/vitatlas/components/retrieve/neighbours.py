"""Pictures near to probes by what chosen components write, and how often they share what the probes show.

Everything is in the model's own space; no map into the space of texts takes part (section 6.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.components.score.labelled import NONE
from vitatlas.components.score.retrieval import nearest

WHOLE, RANDOM = "whole", "random"
"""In the place of a feature whose components are summed: the whole representation, and components drawn at random."""


@dataclass(frozen=True)
class Pool:
    """Pictures that are searched, with the probes among them.

    Attributes:
        components: c_i [N, n, d]; may be mapped from a file.
        probes: Their places [P].
    """

    components: np.ndarray
    probes: np.ndarray

    def total(self, chosen: Sequence[int] | np.ndarray) -> Tensor:
        """Σ c_i over some components, float64 [N, d]."""
        return torch.from_numpy(self.components[:, np.asarray(chosen)].sum(1, dtype=np.float64))

    def near(self, vectors: Tensor, count: int) -> Tensor:
        """The places of the pictures nearest to each probe by their vectors [N, d], without itself: int64 [P, count].

        Raises:
            UserError: More are asked for than there are.
        """
        itself = torch.from_numpy(self.probes)
        return nearest(vectors, vectors[itself], count, itself)


def cosines(vectors: Tensor, probe: int, found: Tensor) -> Tensor:
    """Of the vectors of found pictures with the probe's, [count]."""
    return F.cosine_similarity(vectors[found], vectors[probe][None], dim=1)


def shared(found: Tensor, labels: Tensor, probes: np.ndarray) -> Tensor:
    """The share of found pictures [P, count] with the probe's value, float64 [P]; NaN for probes that have none."""
    values = labels[torch.from_numpy(probes)]
    share = (labels[found] == values[:, None]).double().mean(1)
    return torch.where(values == NONE, torch.nan, share)


def chances(labels: Tensor, probes: np.ndarray) -> Tensor:
    """The share of all other pictures with the probe's value, float64 [P]; NaN for probes that have none."""
    values = labels[torch.from_numpy(probes)]
    alike = (values[:, None] == labels).sum(1) - 1
    return torch.where(values == NONE, torch.nan, alike.double() / (len(labels) - 1))


def summary(shares: Mapping[str, Tensor], chance: Tensor) -> pd.DataFrame:
    """Means over probes that have a value: by, value, error (standard error over probes), chance, n (probes).

    Args:
        shares: Precision of each probe [P], by what was summed.
        chance: Of each probe [P].
    """
    rows = []
    for by, share in shares.items():
        known = pd.Series(share.numpy()).dropna()
        row = {"by": by, "value": known.mean(), "error": known.sem(), "n": len(known)}
        rows.append(row | {"chance": float(chance.nanmean())})
    return pd.DataFrame(rows)
