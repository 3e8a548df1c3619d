"""The rules of relevance: each against its definition by single contributions, and what each conserves."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.components.segment.chefer.rules import through_linear, through_product, through_sum

CLOSE = {"rtol": 1e-9, "atol": 1e-12}
SEEDS = st.integers(0, 2**31 - 1)
laws = settings(max_examples=40, deadline=None)


def drawn(seed: int, *shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


@laws
@given(SEEDS, st.integers(1, 4), st.integers(1, 5))
def test_a_linear_layer_shares_relevance_among_positive_contributions(seed: int, inputs: int, outputs: int) -> None:
    relevance, values, weight = drawn(seed, (3, outputs), (3, inputs), (outputs, inputs))
    expected = torch.zeros_like(values)
    for row in range(3):
        for out in range(outputs):
            positive = [max(float(weight[out, i] * values[row, i]), 0.0) for i in range(inputs)]
            for i in range(inputs):
                if sum(positive):
                    expected[row, i] += relevance[row, out] * positive[i] / sum(positive)
    torch.testing.assert_close(through_linear(relevance, values, weight), expected, **CLOSE)


@laws
@given(SEEDS, st.integers(1, 6))
def test_a_linear_layer_conserves_the_relevance_of_outputs_with_positive_contributions(seed: int, inputs: int) -> None:
    relevance, values, weight = drawn(seed, (4, 7), (4, inputs), (7, inputs))
    fed = ((weight * values[:, None]) > 0).any(-1)
    handed = through_linear(relevance, values, weight).sum(-1)
    torch.testing.assert_close(handed, (relevance * fed).sum(-1), rtol=1e-6, atol=1e-9)


def test_a_linear_layer_loses_the_relevance_of_an_output_without_positive_contributions() -> None:
    weight = torch.tensor([[-1.0, 2.0], [1.0, 1.0]])
    found = through_linear(torch.tensor([[5.0, 3.0]]), torch.tensor([[1.0, 0.0]]), weight)
    assert found.tolist() == [[3.0, 0.0]]


@laws
@given(SEEDS)
def test_a_product_hands_each_factor_half_of_its_contributions(seed: int) -> None:
    relevance, left, right = drawn(seed, (2, 3, 4), (2, 3, 5), (2, 5, 4))
    single = left[..., None] * right[:, None]  # [B, N, K, M]: contributions to the product's entries
    share = single / single.sum(2, keepdim=True) * relevance[:, :, None] / 2
    of_left, of_right = through_product(relevance, left, right)
    torch.testing.assert_close(of_left, share.sum(3), **CLOSE)
    torch.testing.assert_close(of_right, share.sum(1), **CLOSE)


@laws
@given(SEEDS)
def test_a_product_hands_on_all_relevance(seed: int) -> None:
    relevance, left, right = drawn(seed, (3, 4), (3, 5), (5, 4))
    handed = sum(part.sum() for part in through_product(relevance, left.abs(), right.abs()))
    torch.testing.assert_close(handed, relevance.sum(), rtol=1e-9, atol=1e-9)


@laws
@given(SEEDS)
def test_a_sum_conserves_the_relevance_of_each_picture(seed: int) -> None:
    relevance, first, second = drawn(seed, (3, 4, 5), (3, 4, 5), (3, 4, 5))
    parts = through_sum(relevance, first, second)
    torch.testing.assert_close((parts[0] + parts[1]).sum((1, 2)), relevance.sum((1, 2)), rtol=1e-6, atol=1e-9)


@laws
@given(SEEDS)
def test_a_sum_is_shared_as_its_terms_are(seed: int) -> None:
    relevance, first, second = drawn(seed, (1, 4, 5), (1, 4, 5), (1, 4, 5))
    raw = [term * relevance / (first + second) for term in (first, second)]
    totals = [abs(float(part.sum())) for part in raw]
    for found, part, total in zip(through_sum(relevance, first, second), raw, totals, strict=True):
        wanted = total / sum(totals) * relevance.sum()
        torch.testing.assert_close(found, part * wanted / part.sum(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("zero", [0, 1])
def test_a_term_of_zeros_gets_nothing_of_a_sum(zero: int) -> None:
    relevance, term = drawn(0, (2, 3, 4), (2, 3, 4))
    terms = [term, term]
    terms[zero] = torch.zeros_like(term)
    found = through_sum(relevance, *terms)
    assert not found[zero].any()
    torch.testing.assert_close(found[1 - zero], relevance, **CLOSE)


def test_no_rule_mixes_pictures() -> None:
    relevance, first, second, weight = drawn(1, (3, 4, 4), (3, 4, 4), (3, 4, 4), (4, 4))
    one = slice(1, 2)
    assert torch.equal(
        through_linear(relevance, first, weight)[one], through_linear(relevance[one], first[one], weight)
    )
    for rule in (through_product, through_sum):
        together, alone = rule(relevance, first, second), rule(relevance[one], first[one], second[one])
        for all_pictures, picture in zip(together, alone, strict=True):
            torch.testing.assert_close(all_pictures[one], picture, **CLOSE)
