"""Features: the texts that cannot be used, and what is made of those that can."""

from __future__ import annotations

import pytest
import torch

from vitatlas.components.score.texts import Features, basis
from vitatlas.errors import UserError


def texts(*rows: list[float]) -> torch.Tensor:
    return torch.tensor(rows)


GOOD = texts([1.0, 0, 0, 0], [1.0, 1, 0, 0])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (texts([1.0, 0, 0]), "at least two texts, this has 1"),
        (texts([1.0, 0, 0], [0, 1, 0], [1, 0, 0]), "texts 1 and 3 are the same"),
        (texts([1.0, 0, 0], [0, 1, 0], [1, 2, 0]), "text 3 of 3 is a linear combination"),
        (texts([1.0, 0, 0], [2, 0, 0]), "text 2 of 2 is a linear combination"),
        (texts([1.0, 0, 0], [0, 0, 0]), "text 2 of 2 is a linear combination"),
        (texts([1.0, 0], [0, 1], [1, 3]), "text 3 of 3 is a linear combination"),
    ],
)
def test_texts_that_span_too_little_are_refused(given: torch.Tensor, problem: str) -> None:
    with pytest.raises(UserError, match=problem) as error:
        Features({"pattern": given})
    assert "pattern" in str(error.value) and "remedy" in str(error.value)


def test_texts_that_differ_by_float32_rounding_alone_are_refused() -> None:
    one, other = torch.randn(2, 512, generator=torch.Generator().manual_seed(0))
    mixed = (0.6 * one + 0.3 * other) * (1 + 1e-7 * torch.randn(512, generator=torch.Generator().manual_seed(1)))
    with pytest.raises(UserError, match="linear combination"):
        basis("color", torch.stack([one, other, mixed]))


def test_near_texts_are_not_refused() -> None:
    one, other = torch.randn(2, 512, generator=torch.Generator().manual_seed(0))
    assert basis("color", torch.stack([one, one + 0.01 * other])).shape == (2, 512)


def test_features_of_different_spaces_are_refused() -> None:
    with pytest.raises(UserError, match="one common space"):
        Features({"color": GOOD, "place": GOOD[:, :3]})
    with pytest.raises(UserError, match="one common space"):
        Features({})


def test_the_basis_spans_the_first_texts_first() -> None:
    found = basis("color", GOOD)
    torch.testing.assert_close(found.abs(), torch.eye(4, dtype=torch.float64)[:2])


def test_values_are_gathered_by_feature() -> None:
    features = Features({"color": GOOD, "place": texts([0, 0, 1.0, 0], [0, 0, 1, 1], [0, 1, 0, 0])})
    values = torch.tensor([[1.0, 3, 10, 20, 60]])
    assert features.sums(values).tolist() == [[4, 90]] and features.means(values).tolist() == [[2, 30]]
    table = features.table(features.means(values))
    assert table.loc[0].to_dict() == {"color": 2, "place": 30} and table.columns.name == "feature"
