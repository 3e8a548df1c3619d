"""Pictures of which only low frequencies are left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.features.reliance.conditions import Filtering
from vitatlas.features.reliance.filters import TRANSFERS, filtered, in_8_bits, squared_frequencies


@dataclass(frozen=True)
class LowPassed:
    """Pictures at the encoder's side, filtered and brought back to 8 bits; see `Stimuli`.

    Args:
        pictures: As the encoder sees them.
        conditions: The ways of filtering.
        device: Where to filter.
    """

    pictures: Pictures
    conditions: list[Filtering]
    device: torch.device

    @property
    def table(self) -> pd.DataFrame:
        """See `Stimuli`."""
        return self.pictures.table

    def batches(self, size: int, start: int = 0) -> Iterator[Iterator[Tensor]]:
        """See `Stimuli`."""
        transfers: list[Tensor] = []
        for images in self.pictures.batches(size, start):
            transfers = transfers or self._transfers(images.shape[-1])
            yield self._shown(images.to(self.device), transfers)

    def _transfers(self, side: int) -> list[Tensor]:
        squared = squared_frequencies(side)
        ways = [way for way in self.conditions if way.cycles is not None]
        return [TRANSFERS[way.filter](squared, float(way.cycles or 0)).float().to(self.device) for way in ways]

    def _shown(self, images: Tensor, transfers: list[Tensor]) -> Iterator[Tensor]:
        yield images
        spectrum = torch.fft.rfft2(images.float() / 255)
        for transfer in transfers:
            yield in_8_bits(filtered(spectrum, transfer, images.shape[-1]))
