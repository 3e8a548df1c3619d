"""Precision by column, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import torch

from vitatlas.components.retrieve.columns import over_texts, precisions, share_that_can, thirds

LABELS = torch.tensor([0, 0, 1, 1, -1, -1])
# Column 0 puts the right ones of either text in front, column 1 the wrong ones; the third text no picture has
SIMILAR = torch.stack(
    [
        torch.tensor([[9, 1, 0], [8, 2, 0], [1, 9, 0], [2, 8, 0], [3, 3, 0], [4, 4, 0.0]]),
        torch.tensor([[0, 9, 0], [1, 8, 0], [9, 0, 0], [8, 1, 0], [7, 7, 0], [6, 6, 0.0]]),
    ],
    dim=1,
)


def means(values: list[float], chance: float = 0.1) -> pd.DataFrame:
    rows = [{"text": text, "column": i, "value": v} for text in "ab" for i, v in enumerate(values)]
    return pd.DataFrame(rows).assign(chance=chance, n=10)


def test_precision_of_columns_for_texts_that_some_picture_has() -> None:
    found = precisions(SIMILAR, LABELS, ["cat", "dog", "fish"], 3)
    assert found[["text", "column"]].to_numpy().tolist() == [["cat", 0], ["cat", 1], ["dog", 0], ["dog", 1]]
    assert found["value"].tolist() == pytest.approx([2 / 3, 0, 2 / 3, 0])
    assert found["chance"].tolist() == pytest.approx([1 / 3] * 4)


def test_means_over_texts_with_their_error() -> None:
    found = pd.DataFrame(
        {"text": ["a", "b"] * 2, "column": [0, 0, 1, 1], "value": [1.0, 0.5, 0, 0], "chance": [0.25, 0.5] * 2}
    )
    table = over_texts(found).set_index("column")
    assert table["value"].tolist() == [0.75, 0]
    assert table["error"].tolist() == [0.25, 0]
    assert table["chance"].tolist() == [0.375] * 2 and table["n"].tolist() == [2] * 2


def test_thirds_of_columns_the_first_ones_larger() -> None:
    table = thirds(means([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2])).set_index("place")
    assert table["value"].to_dict() == pytest.approx({"first": 0.8, "middle": 0.55, "last": 0.3})
    assert (table["error"] == 0).all() and (table["n"] == 2).all()
    assert thirds(means([0.9, 0.8])).empty


def test_the_error_of_a_third_is_over_texts_and_not_over_columns() -> None:
    found = means([0.9, 0.1, 0.5])
    found.loc[found["text"] == "b", "value"] -= 0.1
    assert thirds(found)["error"].tolist() == pytest.approx([0.05] * 3)


def test_the_share_of_columns_with_half_the_gain_of_the_first() -> None:
    assert share_that_can(over_texts(means([0.9, 0.51, 0.49, 0.1]))) == 0.5
    assert math.isnan(share_that_can(over_texts(means([0.1, 0.9]))))
