from __future__ import annotations

import pytest
import torch

from vitatlas.components.segment.masks import mask_of
from vitatlas.errors import UserError


def test_what_is_above_zero_is_the_object() -> None:
    found = mask_of(torch.tensor([[0, 1], [255, 0]]), (2, 2), "a.png")
    assert found.positive.tolist() == [[False, True], [True, False]]
    assert found.counted.all()


def test_ignored_pixels_are_not_counted() -> None:
    ignored = torch.tensor([[False, False], [True, False]])
    assert mask_of(torch.tensor([[0, 1], [255, 0]]), (2, 2), "a.png", ignored).counted.tolist() == [
        [True, True],
        [False, True],
    ]


@pytest.mark.parametrize("shape", [(4, 5), (5, 5), (0, 0), (4, 5, 3)])
def test_a_mask_of_another_size_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match=r"(?s)its picture 5 × 4.*b/a\.png") as raised:
        mask_of(torch.ones(shape), (5, 4), "b/a.png")
    assert " × ".join(map(str, shape)) in str(raised.value)


def test_a_mask_without_an_object_is_refused() -> None:
    with pytest.raises(UserError, match=r"(?s)no pixel of the object.*a\.png"):
        mask_of(torch.zeros(5, 4), (5, 4), "a.png")


def test_a_mask_whose_object_is_ignored_is_refused() -> None:
    values = torch.tensor([[0, 1], [0, 0]])
    with pytest.raises(UserError, match="no pixel of the object"):
        mask_of(values, (2, 2), "a.png", ignored=values > 0)
