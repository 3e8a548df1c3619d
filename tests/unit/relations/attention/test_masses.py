from __future__ import annotations

import pytest
import torch

from vitatlas.relations.attention.masses import (
    TokenSets,
    masses,
    object_masks,
    quantities,
    relation_sets,
    row_attention,
)


def block(row: int, col: int, grid: int = 14) -> list[int]:
    """Patch indices of a 2x2 block: top left, top right, bottom left, bottom right."""
    first = row * grid + col
    return [first, first + 1, first + grid, first + grid + 1]


def uniform(heads: int, length: int) -> torch.Tensor:
    return torch.zeros(1, heads, length, 8)


def discrimination() -> torch.Tensor:
    return object_masks(torch.tensor([[block(3, 4), block(12, 12)]]), patches=196, prefix=1)


def rmts() -> torch.Tensor:
    tokens = torch.tensor([[block(3, 4), block(12, 12), block(0, 0), block(0, 2)]])
    return object_masks(tokens, patches=196, prefix=1)


def test_object_masks_leave_out_the_class_token() -> None:
    masks = discrimination()
    assert masks[0, 1].nonzero().flatten().tolist() == [181, 182, 195, 196]
    assert not masks[..., 0].any()


def test_uniform_attention_gives_shares_of_tokens() -> None:
    q = uniform(2, 197)
    values = quantities(masses(q, q, relation_sets(discrimination(), prefix=1)))
    expected = {"WP": 4 / 197, "BG": 188 / 197, "WO": 5 / 197, "WO_direct": 4 / 197, "global": 192 / 197}
    assert set(values) == set(expected)
    for name, value in expected.items():
        torch.testing.assert_close(values[name], torch.full((1, 2), value))
    assert values["WO"][0, 0].item() == pytest.approx(0.0254, abs=5e-5)


def test_display_objects_are_no_background() -> None:
    q = uniform(1, 197)
    values = quantities(masses(q, q, relation_sets(rmts(), prefix=1)))
    assert values["BG"].item() == pytest.approx(180 / 197, rel=1e-5)
    assert values["BP"].item() == pytest.approx(8 / 197)
    # what the complement cannot tell from attention within the object: the class token and the display pair
    assert values["WO"].item() == pytest.approx((4 + 1 + 8) / 197, abs=1e-5)
    assert values["WO_direct"].item() == pytest.approx(4 / 197)


def test_a_head_that_looks_from_one_object_to_the_other_is_all_pair() -> None:
    masks = discrimination()
    q = torch.zeros(1, 1, 197, 2)
    k = torch.zeros(1, 1, 197, 2)
    q[0, 0, masks[0, 0], 0] = 100.0
    k[0, 0, masks[0, 1], 0] = 100.0
    values = quantities(masses(q, k, relation_sets(masks, prefix=1)))
    assert values["WP"].item() == pytest.approx(1)
    assert values["BG"].item() == pytest.approx(188 / 197), "the second object still looks everywhere"


def test_the_complement_is_negative_where_the_two_objects_look_different_ways() -> None:
    mass = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    values = quantities(mass)
    assert values["WO"].item() == -1
    assert values["global"].item() == 2
    assert values["WO_direct"].item() == 0


def test_between_pairs_takes_the_larger_direction() -> None:
    masks = rmts()
    q = torch.zeros(1, 1, 197, 1)
    k = torch.zeros(1, 1, 197, 1)
    q[0, 0, masks[0, 2:].any(0)] = 100.0
    k[0, 0, masks[0, :2].any(0)] = 100.0
    assert quantities(masses(q, k, relation_sets(masks, prefix=1)))["BP"].item() == pytest.approx(1)


def test_unequal_objects_are_averaged_over_their_own_tokens() -> None:
    masks = torch.zeros(2, 2, 10, dtype=torch.bool)
    masks[0, 0, 1:2] = masks[0, 1, 4:9] = True
    masks[1, 0, 1:4] = masks[1, 1, 5:6] = True
    q = torch.zeros(2, 1, 10, 4)
    mass = masses(q, q, relation_sets(masks, prefix=1))
    torch.testing.assert_close(mass[0, 0], torch.tensor([[0.1, 0.5, 0.3], [0.1, 0.5, 0.3]]))
    torch.testing.assert_close(mass[1, 0], torch.tensor([[0.3, 0.1, 0.5], [0.3, 0.1, 0.5]]))


def test_weights_count_tokens_by_degree() -> None:
    rows = torch.tensor([[[1.0, 3.0, 0.0]]])
    columns = torch.tensor([[[0.0, 0.5, 1.0]]])
    q, k = torch.randn(1, 1, 3, 4), torch.randn(1, 1, 3, 4)
    attention = (q @ k.mT / 2).softmax(-1)[0, 0]
    expected = (0.25 * attention[0] + 0.75 * attention[1]) @ columns[0, 0]
    torch.testing.assert_close(masses(q, k, TokenSets.of(rows, columns)).flatten(), expected[None])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_probabilities_are_computed_in_float32(dtype: torch.dtype) -> None:
    q, k = torch.randn(1, 2, 30, 8, dtype=dtype), torch.randn(1, 2, 30, 8, dtype=dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rows = row_attention(q, k, torch.arange(30)[None])
    expected = (q.double() @ k.double().mT / 8**0.5).softmax(-1)
    torch.testing.assert_close(rows.double(), expected, atol=1e-6, rtol=1e-5)


def test_an_empty_object_is_refused() -> None:
    masks = discrimination()
    masks[0, 1] = False
    with pytest.raises(ValueError, match="empty"):
        relation_sets(masks, prefix=1)


def test_three_objects_are_refused() -> None:
    with pytest.raises(ValueError, match="2 or 4"):
        relation_sets(rmts()[:, :3], prefix=1)
