"""How active the patches of all pictures make each unit, as counts: memory does not grow with the pictures.

An octave has sixteen bins, up to 1024. A bin's number is read off the bits of a float32: exponent, and the first four
bits of the mantissa. So counts are whole numbers of fixed bins, and do not depend on batches or their order.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

LOWEST, HIGHEST = 2.0**-10, 2.0**10
FINENESS = 4
"""Bits of the mantissa: a bin's upper edge exceeds its lower by a sixteenth of it at most."""
SHIFT = 23 - FINENESS
BASE = int(np.float32(LOWEST).view(np.int32)) >> SHIFT
BINS = (int(np.float32(HIGHEST).view(np.int32)) >> SHIFT) - BASE + 1
"""The first bin holds all below `LOWEST`, and all negative ones; the last all from `HIGHEST`."""
ONE_IN = 1000


class Tail:
    """Counts of the activations of units on patches.

    Args:
        units: How many units there are.
        device: Where counts are kept.

    Attributes:
        counts: int64 [units, BINS].
    """

    def __init__(self, units: int, device: torch.device | str = "cpu"):
        self.counts = torch.zeros(units, BINS, dtype=torch.int64, device=device)

    def add(self, first: int, values: Tensor) -> None:
        """Take in float32 activations [patches, M] of units `first` to `first + M - 1`."""
        units = values.shape[1]
        # Bits of positive floats rise with their value; those of negative ones are negative whole numbers
        bins = (values.contiguous().view(torch.int32) >> SHIFT).clamp_(BASE, BASE + BINS - 1)
        starts = torch.arange(units, dtype=torch.int32, device=values.device) * BINS - BASE
        places = bins.add_(starts).flatten()
        ones = torch.ones(1, dtype=torch.int64, device=values.device).expand(len(places))
        self.counts[first : first + units].view(-1).index_add_(0, places, ones)

    def merge(self, other: Tail) -> None:
        """Take in what another one has counted."""
        self.counts += other.counts

    def scale(self, greatest: np.ndarray) -> np.ndarray:
        """The 99.9th percentile of each unit's activations on patches: the value that one patch in 1000 exceeds.

        Within a sixteenth of the true one; of those above 1024, between 1024 and the greatest. 0 where it is below a
        thousandth.

        Args:
            greatest: The greatest activation of each unit [units].

        Returns:
            float64 [units].
        """
        counts = self.counts.cpu().numpy()
        above = counts[:, ::-1].cumsum(1)[:, ::-1] - counts
        allowed = counts.sum(1) // ONE_IN
        found = (above <= allowed[:, None]).argmax(1)
        units = np.arange(len(counts))
        share = (allowed - above[units, found] + 0.5) / np.maximum(counts[units, found], 1)
        edges = ((np.arange(BINS + 1) + BASE) << SHIFT).astype(np.int32).view(np.float32).astype(np.float64)
        low, high = edges[found], edges[found + 1]
        high = np.where(found == BINS - 1, np.maximum(greatest, HIGHEST), np.clip(greatest, low, high))
        value: np.ndarray = np.where(found == 0, 0.0, high - share * (high - low))
        return value
