"""Laws of scores, proxies, TextSpan and rankings of components."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.components.score.accumulate import Accumulated, Aligned
from vitatlas.components.score.attribute import scores, variance_explained
from vitatlas.components.score.gap import gaps
from vitatlas.components.score.proxy import proxies
from vitatlas.components.score.ranking import largest, ranked
from vitatlas.components.score.texts import Features
from vitatlas.components.score.textspan import textspan
from vitatlas.statistics.ranks import spearman

WIDTH, COMPONENTS = 7, 4
SEEDS = st.integers(0, 2**32 - 1)
VARIANTS = st.sampled_from(["paper", "invariant", "covariance"])
SIMILARITIES = st.sampled_from(["cosine", "dot"])
IMAGES = st.integers(2, 25)
laws = settings(max_examples=40, deadline=None)


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def a_batch(seed: int, images: int) -> Aligned:
    """Means away from 0, and components of very different size."""
    sizes = torch.tensor([0.1, 1, 5, 20], dtype=torch.float64)[:, None]
    contributions = (normal(seed, images, COMPONENTS, WIDTH) + normal(seed + 1, COMPONENTS, WIDTH)) * sizes
    total = contributions.sum(1) + normal(seed + 2, WIDTH)
    return Aligned(contributions, total, total + normal(seed + 3, images, WIDTH))


def some_features(seed: int) -> Features:
    return Features({"color": normal(seed + 4, 3, WIDTH), "place": normal(seed + 5, 2, WIDTH)})


def close(first: pd.DataFrame, second: pd.DataFrame, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(first, second, rtol=0, atol=tolerance)


@laws
@given(SEEDS, st.lists(st.integers(1, 9), min_size=2, max_size=6), SIMILARITIES, st.sampled_from([0.0, 100.0]))
def test_batches_of_any_size_give_what_all_images_at_once_give(seed, sizes, similarity, offset) -> None:
    whole, features = a_batch(seed, sum(sizes)), some_features(seed)
    whole = replace(whole, contributions=whole.contributions + offset, total=whole.total - offset)
    parts = zip(*(part.split(sizes) for part in (whole.contributions, whole.total, whole.target)), strict=True)
    at_once = Accumulated(features, [whole], similarity)
    in_parts = Accumulated(features, (Aligned(*part) for part in parts), similarity)
    for variant in ("paper", "invariant", "covariance"):
        close(scores(in_parts, variant), scores(at_once, variant), 1e-10)
    close(proxies(in_parts), proxies(at_once), 1e-10)
    close(variance_explained(in_parts), variance_explained(at_once), 1e-10)


@laws
@given(SEEDS, IMAGES, VARIANTS, SIMILARITIES)
def test_the_order_of_images_does_not_matter(seed, images, variant, similarity) -> None:
    batch, features = a_batch(seed, images), some_features(seed)
    order = torch.randperm(images, generator=torch.Generator().manual_seed(seed))
    shuffled = Aligned(batch.contributions[order], batch.total[order], batch.target[order])
    first, second = Accumulated(features, [batch], similarity), Accumulated(features, [shuffled], similarity)
    close(scores(first, variant), scores(second, variant))
    close(proxies(first), proxies(second))
    close(variance_explained(first), variance_explained(second))


@laws
@given(SEEDS, IMAGES, st.sampled_from(["paper", "invariant"]), st.floats(1e-3, 1e3))
def test_scores_do_not_change_with_scale_nor_by_a_constant_vector(seed, images, variant, scale) -> None:
    batch, features = a_batch(seed, images), some_features(seed)
    changed = replace(batch, contributions=batch.contributions * scale + normal(seed + 9, COMPONENTS, WIDTH))
    first, second = Accumulated(features, [batch]), Accumulated(features, [changed])
    close(scores(first, variant), scores(second, variant))
    close(variance_explained(first), variance_explained(second))


@laws
@given(SEEDS, IMAGES, VARIANTS)
def test_scores_change_their_sign_with_the_component(seed, images, variant) -> None:
    batch, features = a_batch(seed, images), some_features(seed)
    turned = replace(batch, contributions=-batch.contributions)
    close(scores(Accumulated(features, [turned]), variant), -scores(Accumulated(features, [batch]), variant))


@laws
@given(SEEDS, IMAGES)
def test_a_component_alone_scores_one_less_one_nth(seed, images) -> None:
    alone = normal(seed, images, WIDTH)
    seen = Accumulated(some_features(seed), [Aligned(alone[:, None], alone)])
    np.testing.assert_allclose(scores(seen), 1 - 1 / images, rtol=1e-10)
    np.testing.assert_allclose(scores(seen, "invariant"), 1, rtol=1e-10)


@laws
@given(SEEDS, IMAGES)
def test_covariances_of_parts_sum_up_to_the_variance_of_the_sum(seed, images) -> None:
    contributions = a_batch(seed, images).contributions
    seen = Accumulated(some_features(seed), [Aligned(contributions, contributions.sum(1))])
    whole = Accumulated(some_features(seed), [Aligned(contributions.sum(1, keepdim=True), contributions.sum(1))])
    np.testing.assert_allclose(scores(seen, "covariance").sum(), scores(whole, "covariance").loc[0], rtol=1e-9)


@laws
@given(SEEDS, IMAGES)
def test_no_mixing_of_texts_changes_what_depends_on_their_span_alone(seed, images) -> None:
    texts, batch = normal(seed + 4, 3, WIDTH), a_batch(seed, images)
    mix = normal(seed + 6, 3, 3)
    assume(torch.linalg.cond(mix) < 100)
    first, second = (Accumulated(Features({"color": given}), [batch]) for given in (texts, mix @ texts))
    close(scores(first, "invariant"), scores(second, "invariant"))
    close(scores(first, "covariance"), scores(second, "covariance"), 1e-7)
    close(variance_explained(first), variance_explained(second))


def test_the_score_of_the_paper_depends_on_the_order_of_texts() -> None:
    texts, batch = normal(4, 3, WIDTH), a_batch(0, 20)
    first, second = (scores(Accumulated(Features({"color": given}), [batch])) for given in (texts, texts.flip(0)))
    assert np.abs(first - second).to_numpy().max() > 1e-3


@laws
@given(SEEDS, IMAGES, SIMILARITIES)
def test_scores_and_proxies_are_correlations_and_shares_are_shares(seed, images, similarity) -> None:
    seen = Accumulated(some_features(seed), [a_batch(seed, images)], similarity)
    bounded = pd.concat([scores(seen), scores(seen, "invariant"), proxies(seen)])
    assert bounded.abs().to_numpy().max() <= 1 + 1e-12
    share = variance_explained(seen)
    assert ((share >= 0) & (share <= 1 + 1e-12)).to_numpy().all()


@laws
@given(SEEDS, IMAGES)
def test_texts_that_span_the_space_explain_all_variance(seed, images) -> None:
    texts = normal(seed + 4, WIDTH, WIDTH)
    assume(torch.linalg.cond(texts) < 1e3)
    np.testing.assert_allclose(variance_explained(Accumulated(Features({"all": texts}), [a_batch(seed, images)])), 1)


@laws
@given(SEEDS, IMAGES)
def test_proxies_by_dot_do_not_change_with_scale_but_by_cosine_with_each_images_own(seed, images) -> None:
    batch, features = a_batch(seed, images), some_features(seed)
    lengths = normal(seed + 8, images, COMPONENTS, 1).exp()
    stretched = replace(batch, contributions=batch.contributions * lengths)
    first, second = (proxies(Accumulated(features, [given], "cosine")) for given in (batch, stretched))
    close(first, second)
    doubled = replace(batch, contributions=2 * batch.contributions, target=3 * batch.target)
    first, second = (proxies(Accumulated(features, [given], "dot")) for given in (batch, doubled))
    close(first, second)


@laws
@given(SEEDS, st.integers(2, 30), st.integers(1, 12))
def test_textspan_picks_distinct_texts_that_explain_ever_more(seed, images, count) -> None:
    span = textspan(normal(seed, images, WIDTH), normal(seed + 1, 12, WIDTH), count)
    assert len(set(span.texts)) == len(span.texts) == min(count, WIDTH)
    assert (np.diff([0.0, *span.explained]) >= -1e-12).all() and span.explained[-1] <= 1 + 1e-12
    if count >= WIDTH:
        np.testing.assert_allclose(span.explained[-1], 1)


@laws
@given(SEEDS, st.integers(3, 30), st.integers(1, 6))
def test_textspan_explains_what_lies_in_the_span_of_its_picks(seed, images, count) -> None:
    x, texts = normal(seed, images, WIDTH), normal(seed + 1, 12, WIDTH)
    span = textspan(x, texts, count)
    centred = x - x.mean(0)
    for taken in range(1, count + 1):
        q = torch.linalg.qr(texts[span.texts[:taken]].T).Q
        share = float((centred @ q).square().sum() / centred.square().sum())
        np.testing.assert_allclose(span.explained[taken - 1], share, atol=1e-9)


@laws
@given(SEEDS, st.lists(st.integers(1, 40), min_size=WIDTH, max_size=WIDTH, unique=True))
def test_textspan_finds_planted_directions_in_order_of_variance(seed, sizes) -> None:
    directions = torch.linalg.qr(normal(seed, WIDTH, WIDTH)).Q.T
    along = torch.linalg.qr(normal(seed + 1, 50, WIDTH) - normal(seed + 1, 50, WIDTH).mean(0)).Q
    x = along * torch.tensor(sizes, dtype=torch.float64) @ directions + normal(seed + 2, WIDTH)
    span = textspan(x, directions, WIDTH)
    assert span.texts == sorted(range(WIDTH), key=lambda i: -sizes[i])
    np.testing.assert_allclose(span.deviations, np.array(sorted(sizes, reverse=True)) / 7, rtol=1e-9)


@laws
@given(SEEDS, st.integers(1, 20), st.booleans())
def test_gaps_are_positive_for_at_most_one_feature(seed, components, floor) -> None:
    table = pd.DataFrame(np.random.default_rng(seed).normal(size=(components, 4)), columns=list("abcd"))
    found = gaps(table, "reference" if floor else "corrected")
    assert ((found > 0).sum(axis=1) <= 1).all()
    if not floor:
        assert (found.idxmax(axis=1) == table.idxmax(axis=1)).all() and ((found > 0).sum(axis=1) == 1).all()
    close(gaps(table, "reference"), np.minimum(gaps(table), table))


@laws
@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, float("nan")]), min_size=1, max_size=12))
def test_ranking_is_by_value_then_by_index_and_missing_last(values) -> None:
    keys = [(np.isnan(value), 0 if np.isnan(value) else -value, i) for i, value in enumerate(values)]
    wanted = [i for *_, i in sorted(keys)]
    assert ranked(np.array(values)).tolist() == wanted
    known = int((~np.isnan(values)).sum())
    if known:
        assert largest(np.array(values), known).tolist() == wanted[:known]


@laws
@given(SEEDS, st.integers(4, 40))
def test_rank_correlation_knows_the_order_only(seed, n) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    rho, low, high = spearman(x, y)
    assert spearman(np.exp(x), y**3)[0] == rho and np.isclose(spearman(-x, y)[0], -rho)
    assert abs(rho) > 1 - 1e-9 or low < rho < high
