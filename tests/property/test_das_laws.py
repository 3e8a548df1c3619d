"""Laws of interchange interventions, for every size and seed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.models.interchange import put, take
from vitatlas.relations.das.fit import learning_rate
from vitatlas.relations.das.operator import Subspace, binary, blend, temperature

widths, seeds = st.sampled_from([2, 5, 16, 64]), st.integers(0, 2**31)


def subspace(width: int, seed: int, spread: float = 0.5) -> Subspace:
    generator = torch.Generator().manual_seed(seed)
    made = Subspace(width, generator)
    with torch.no_grad():
        made.skew.normal_(0, spread, generator=generator)
        made.logits.normal_(generator=generator)
    return made


def vectors(width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(2, 3, 4, width, generator=torch.Generator().manual_seed(seed)).unbind()


@settings(max_examples=40, deadline=None)
@given(widths, seeds, st.floats(0, 3))
def test_the_rotation_is_orthogonal(width: int, seed: int, spread: float) -> None:
    rotation = subspace(width, seed, spread).rotation().double()
    identity = torch.eye(width, dtype=torch.float64)
    torch.testing.assert_close(rotation.T @ rotation, identity, atol=1e-5, rtol=0)
    torch.testing.assert_close(rotation @ rotation.T, identity, atol=1e-5, rtol=0)


@settings(max_examples=40, deadline=None)
@given(widths, seeds)
def test_no_mask_gives_the_base_and_a_full_mask_the_source(width: int, seed: int) -> None:
    base, source = vectors(width, seed)
    rotation = subspace(width, seed).rotation()
    assert torch.equal(blend(base, source, rotation, torch.zeros(width)), base)
    torch.testing.assert_close(blend(base, source, rotation, torch.ones(width)), source, atol=1e-5, rtol=0)


@settings(max_examples=40, deadline=None)
@given(widths, seeds)
def test_the_operator_is_the_papers_formula(width: int, seed: int) -> None:
    base, source = (value.double() for value in vectors(width, seed))
    made = subspace(width, seed).double()
    rotation, mask = made.rotation(), made.mask(0.3)
    expected = ((1 - mask) * (base @ rotation) + mask * (source @ rotation)) @ rotation.T
    torch.testing.assert_close(blend(base, source, rotation, mask), expected, atol=2e-6, rtol=0)  # R0 is float32


@settings(max_examples=40, deadline=None)
@given(widths, seeds)
def test_inside_the_subspace_is_the_source_and_outside_the_base(width: int, seed: int) -> None:
    base, source = vectors(width, seed)
    made = subspace(width, seed)
    rotation, mask = made.rotation(), binary(made.logits)
    turned = blend(base, source, rotation, mask) @ rotation
    wanted = torch.where(mask.bool(), source @ rotation, base @ rotation)
    torch.testing.assert_close(turned, wanted, atol=2e-5, rtol=0)
    again = blend(blend(base, source, rotation, mask), source, rotation, mask)
    torch.testing.assert_close(again, blend(base, source, rotation, mask), atol=2e-5, rtol=0)


@settings(max_examples=20, deadline=None)
@given(widths, seeds)
def test_a_cold_mask_is_binary_and_what_is_learned_is_kept_exactly(width: int, seed: int) -> None:
    made = subspace(width, seed)
    torch.testing.assert_close(made.mask(1e-8), binary(made.logits), atol=1e-6, rtol=0)
    rotation, logits = made.learned()
    torch.testing.assert_close(rotation, made.rotation().detach(), atol=1e-5, rtol=0)
    assert torch.equal(logits, made.logits.detach())


def test_the_start_is_the_papers() -> None:
    made = Subspace(768, torch.Generator().manual_seed(0))
    torch.testing.assert_close(made.rotation(), made.start, atol=1e-6, rtol=0)
    assert 0.001 * made.mask(1.0).sum().item() == pytest.approx(0.384)


def test_the_temperature_falls_from_1_to_a_200th() -> None:
    schedule = [temperature(epoch, 20) for epoch in range(20)]
    assert schedule[0] == 1 and schedule[19] == pytest.approx(0.005)
    assert schedule[10] == pytest.approx(200 ** (-10 / 19)) == pytest.approx(0.0615, abs=5e-5)
    assert schedule == sorted(schedule, reverse=True)
    assert temperature(0, 1) == 1


@given(st.integers(1, 500), st.floats(0, 0.9))
def test_rates_rise_then_fall_and_are_never_zero(steps: int, warmup: float) -> None:
    rates = [learning_rate(step, steps, warmup) for step in range(steps)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(1) and min(rates) > 0
    assert rates[: peak + 1] == sorted(rates[: peak + 1]) and rates[peak:] == sorted(rates[peak:], reverse=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.integers(0, 2), st.integers(1, 6), seeds)
def test_what_is_put_is_what_is_taken_and_nothing_else_changes(batch: int, extra: int, n: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    shape = (batch, *(2,) * extra, 7, 3)
    values = torch.randn(shape, generator=generator)
    tokens = torch.stack([torch.randperm(7, generator=generator)[:n] for _ in range(batch)])
    new = torch.randn((*shape[:-2], n, 3), generator=generator)
    replaced = put(values, tokens, new)
    assert torch.equal(take(replaced, tokens), new)
    untouched = torch.ones(batch, 7, dtype=torch.bool).scatter_(1, tokens, False)
    where = untouched.view(batch, *(1,) * extra, 7, 1).expand(shape)
    assert torch.equal(replaced[where], values[where])
