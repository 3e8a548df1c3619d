"""Laws of selectivity: of ranks, AUC, the least AUC over strata, and shares of variance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.features.selectivity.attributes import Attribute
from vitatlas.features.selectivity.groups import centred, entropy, eta_squared
from vitatlas.features.selectivity.invariant import selectivity
from vitatlas.features.selectivity.order import Order
from vitatlas.statistics.bootstrap import bootstrap_mean

SEEDS = st.integers(0, 2**32 - 1)
laws = settings(max_examples=40, deadline=None)
PICTURES, UNITS, FEWEST = 90, 4, 5


def attributes(seed: int) -> list[Attribute]:
    """Two attributes, and one whose values divide those of the first."""
    rng = np.random.default_rng(seed)
    form, other = rng.integers(0, 6, PICTURES), rng.integers(0, 3, PICTURES)
    form[:6], other[:3] = range(6), range(3)
    codes = {"word": form // 3, "form": form, "other": other}
    return [Attribute(name, tuple(map(str, range(max(c) + 1))), c) for name, c in codes.items()]


def scores(seed: int, ties: bool) -> np.ndarray:
    found = np.random.default_rng(seed + 1).normal(size=(PICTURES, UNITS)).astype(np.float32)
    return np.round(found) if ties else found


def found_of(values: np.ndarray, seed: int) -> dict[str, tuple[np.ndarray, ...]]:
    found = selectivity(Order(values), attributes(seed), FEWEST)
    return {name: (f.auc, f.least, f.most) for name, f in found.items()}


@laws
@given(SEEDS, st.booleans())
def test_the_negative_has_the_opposite_auc_in_every_stratum(seed, ties) -> None:
    values = scores(seed, ties)
    up, down = found_of(values, seed), found_of(-values, seed)
    for name in up:
        np.testing.assert_allclose(up[name][0], 1 - down[name][0], atol=1e-12)
        np.testing.assert_allclose(up[name][1], 1 - down[name][2], atol=1e-12)


@laws
@given(SEEDS, st.booleans(), st.floats(0.01, 100))
def test_only_the_order_of_scores_counts(seed, ties, scale) -> None:
    values = scores(seed, ties)
    # Steps of ranks, so that rounding joins no two scores
    stretched = Order(values).ranks() * np.float64(scale)
    for first, second in zip(found_of(values, seed).values(), found_of(stretched, seed).values(), strict=True):
        np.testing.assert_array_equal(first, second)


@laws
@given(SEEDS, st.booleans())
def test_the_order_of_pictures_does_not_matter(seed, ties) -> None:
    values, known = scores(seed, ties), attributes(seed)
    order = np.random.default_rng(seed).permutation(PICTURES)
    first = selectivity(Order(values), known, FEWEST)
    second = selectivity(Order(values[order]), [a.shuffled(order) for a in known], FEWEST)
    for name in first:
        np.testing.assert_allclose(first[name].auc, second[name].auc, atol=1e-12)
        np.testing.assert_allclose(first[name].least, second[name].least, atol=1e-12)
        np.testing.assert_array_equal(first[name].strata, second[name].strata)


@laws
@given(SEEDS, st.booleans())
def test_more_strata_never_raise_the_least_and_fewer_never_invent_one(seed, ties) -> None:
    order, known = Order(scores(seed, ties)), attributes(seed)
    many, some = selectivity(order, known, FEWEST), selectivity(order, known, 3 * FEWEST)
    for name in many:
        assert (many[name].strata >= some[name].strata).all()
        both = ~np.isnan(some[name].least)
        assert (many[name].least[both] <= some[name].least[both] + 1e-12).all()
        assert np.array_equal(np.isnan(many[name].least).all(1), many[name].strata == 0)


@laws
@given(SEEDS)
def test_an_indicator_has_no_stratum_below_one(seed) -> None:
    known = attributes(seed)
    for a in known:
        indicator = (a.codes == 0).astype(np.float32)[:, None]
        found = selectivity(Order(indicator), known, FEWEST)[a.name]
        assert found.auc[0, 0] == 1 and (found.least[0, 0] == 1 or found.strata[0] == 0)


@laws
@given(SEEDS, st.integers(2, 5), st.integers(2, 5), st.integers(1, 3))
def test_shares_of_crossed_balanced_attributes_sum_to_one_at_most(seed, first, second, times) -> None:
    a, b = (np.tile(codes.ravel(), times) for codes in np.meshgrid(range(first), range(second)))
    values = centred(np.random.default_rng(seed).normal(size=(len(a), UNITS)))
    shares = eta_squared(values, a, first) + eta_squared(values, b, second)
    assert (shares <= 1 + 1e-9).all() and (shares >= 0).all()


@laws
@given(SEEDS, st.integers(1, 8), st.integers(1, 12))
def test_entropy_lies_between_nothing_and_all_values_equally(seed, count, pictures) -> None:
    found = entropy(np.random.default_rng(seed).integers(0, count, (3, pictures)), count)
    assert (found >= 0).all() and (found <= np.log2(min(count, pictures)) + 1e-9).all()


@laws
@given(SEEDS, st.integers(2, 40), st.integers(0, 5))
def test_a_bootstrap_interval_holds_the_mean_and_leaves_out_what_is_missing(seed, count, missing) -> None:
    values = np.random.default_rng(seed).normal(size=count)
    found = bootstrap_mean(np.append(values, [np.nan] * missing), 200, seed)
    assert found == bootstrap_mean(values, 200, seed) and found.n == count
    assert values.min() - 1e-12 <= found.low <= found.high <= values.max() + 1e-12
