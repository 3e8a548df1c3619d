"""Pictures of one part, each shown in several ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import pandas as pd
from torch import Tensor

from vitatlas.features.reliance.conditions import Filtering, Masking


class Stimuli(Protocol):
    """Some pictures in one order, and the ways in which they are shown."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per picture, with its id `picture` and what is known of it."""

    @property
    def conditions(self) -> Sequence[Masking | Filtering]:
        """The ways; pictures as they are come first."""

    def batches(self, size: int, start: int = 0) -> Iterator[Iterator[Tensor]]:
        """Pictures from a position on, `size` at a time: of each batch, uint8 [B, 3, side, side] for each way.

        A batch must be gone through before the next one is asked for.
        """
