"""The classes of pictures, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

LABEL = "label"
"""The column of an index with the number of a picture's class."""


def class_numbers(pictures: pd.DataFrame, attribute: str, values: Sequence[str]) -> Tensor | None:
    """The number of each picture's class, int64 [N], -1 for a value that is none of them; None where no class is known.

    Args:
        pictures: One row per picture: scenes of the picture world, or of an index with labels.
        attribute: What scenes are classified by.
        values: Its values, in order.
    """
    if attribute in pictures:
        return torch.from_numpy(pd.Index(values).get_indexer(pd.Index(pictures[attribute]))).long()
    return torch.tensor(pictures[LABEL].tolist(), dtype=torch.int64) if LABEL in pictures else None
