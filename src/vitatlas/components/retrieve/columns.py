"""How often the pictures that columns of components find for a text have what the text says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from torch import Tensor

from vitatlas.components.score.retrieval import precision

PLACES = ("first", "middle", "last")
"""Thirds of the columns."""


def precisions(similar: Tensor, labels: Tensor, texts: Sequence[str], top: int) -> pd.DataFrame:
    """Precision of every column for every text that some picture has: text, column, value, chance, n.

    Args:
        similar: Of each picture with each text, by column [N, columns, texts].
        labels: The number of the text that a picture has, -1 for none: int64 [N].
        texts: In order.
        top: Pictures that count as found.

    Returns:
        `value` is the share of right ones among the `n` found, `chance` among all.

    Raises:
        UserError: More are to be found than there are pictures.
    """
    rows = []
    for number, text in enumerate(texts):
        right = (labels == number).numpy()
        for column in range(similar.shape[1] if right.any() else 0):
            value = precision(similar[:, column, number], right, top)
            rows.append({"text": text, "column": column, "value": value, "chance": right.mean(), "n": top})
    return pd.DataFrame(rows)


def over_texts(found: pd.DataFrame) -> pd.DataFrame:
    """Means over texts, by column: column, value, error (standard error over texts), chance, n (texts)."""
    return _over_texts(found, "column")


def thirds(found: pd.DataFrame) -> pd.DataFrame:
    """Means over the columns of each third, and over texts: place, value, error, chance, n. Nothing of fewer columns
    than three."""
    count = found["column"].nunique()
    if count < len(PLACES):
        return pd.DataFrame()
    parts = np.array_split(np.arange(count), len(PLACES))
    place = {column: name for name, part in zip(PLACES, parts, strict=True) for column in part}
    of_thirds = found.assign(place=found["column"].map(place)).groupby(["text", "place"], sort=False)
    return _over_texts(of_thirds[["value", "chance"]].mean().reset_index(), "place")


def share_that_can(means: pd.DataFrame) -> float:
    """The share of columns that reach half of what the first one has above chance; missing where it has nothing.

    Args:
        means: As `over_texts` returned them.
    """
    gain = means.sort_values("column")["value"] - means["chance"]
    return float((gain >= gain.iloc[0] / 2).mean()) if gain.iloc[0] > 0 else float("nan")


def _over_texts(found: pd.DataFrame, by: str) -> pd.DataFrame:
    means = {"value": ("value", "mean"), "error": ("value", "sem"), "chance": ("chance", "mean"), "n": ("text", "size")}
    return found.groupby(by, sort=False).agg(**means).reset_index()
