"""The table of texts, as jobs read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.config.read import require_known

CLASS = "class"
"""In the place of a feature: the names of ImageNet's classes."""


def load_texts(path: Path) -> dict[str, dict[str, Tensor]]:
    """Vectors [d'] of unit length by feature and text, in the order of the configuration."""
    table = pd.read_parquet(path)
    return {
        str(feature): dict(zip(rows["text"], torch.from_numpy(np.stack(rows["vector"].to_list())).float(), strict=True))
        for feature, rows in table.groupby("feature", sort=False)
    }


def stacked(texts: dict[str, dict[str, Tensor]], feature: str, first: int | None = None) -> Tensor:
    """The vectors of a feature's texts, or of the first ones, [k, d'].

    Raises:
        UserError: There is no such feature.
    """
    require_known(feature, texts, "feature", "the table of texts")
    return torch.stack(list(texts[feature].values())[:first])
