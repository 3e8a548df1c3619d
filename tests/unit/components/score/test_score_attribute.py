"""Scores and proxies: against the formulas written out in numpy, planted components, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from vitatlas.components.score.accumulate import Accumulated, Aligned, Similarity
from vitatlas.components.score.attribute import Variant, scores, variance_explained
from vitatlas.components.score.gap import gaps
from vitatlas.components.score.proxy import proxies, text_correlations
from vitatlas.components.score.ranking import largest
from vitatlas.components.score.texts import Features
from vitatlas.errors import UserError

IMAGES, COMPONENTS, WIDTH = 60, 4, 9


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


TEXTS = {"color": normal(1, 3, WIDTH), "place": normal(2, 2, WIDTH)}
CONTRIBUTIONS = normal(3, IMAGES, COMPONENTS, WIDTH) + normal(4, COMPONENTS, WIDTH)
BIAS = normal(5, IMAGES, WIDTH)
TARGET = normal(6, IMAGES, WIDTH)
TOTAL = CONTRIBUTIONS.sum(1) + BIAS


def seen(similarity: Similarity = "cosine", contributions: Tensor = CONTRIBUTIONS) -> Accumulated:
    return Accumulated(Features(TEXTS), [Aligned(contributions, TOTAL, TARGET)], similarity)


def by_formula(one: Callable[[np.ndarray, np.ndarray, np.ndarray], float]) -> np.ndarray:
    """`one` of the basis, the sum's and a component's projections, centred, for each component and feature."""
    table = np.zeros((COMPONENTS, len(TEXTS)))
    for p, texts in enumerate(TEXTS.values()):
        q = np.linalg.qr(texts.numpy().T)[0]
        whole = TOTAL.numpy() @ q
        for i in range(COMPONENTS):
            own = CONTRIBUTIONS[:, i].numpy() @ q
            table[i, p] = one(q, whole - whole.mean(0), own - own.mean(0))
    return table


def algorithm_3(q: np.ndarray, whole: np.ndarray, own: np.ndarray) -> float:
    return float(np.mean((whole * own).mean(0) / (whole.std(0, ddof=1) * own.std(0, ddof=1))))


def rotation_free(q: np.ndarray, whole: np.ndarray, own: np.ndarray) -> float:
    return float(np.trace(whole.T @ own) / np.sqrt(np.trace(whole.T @ whole) * np.trace(own.T @ own)))


def unnormalised(q: np.ndarray, whole: np.ndarray, own: np.ndarray) -> float:
    return float(np.mean((whole * own).mean(0)))


@pytest.mark.parametrize(
    ("variant", "formula"),
    [("paper", algorithm_3), ("invariant", rotation_free), ("covariance", unnormalised)],
)
def test_scores_are_those_of_the_formulas(variant: Variant, formula: Callable[..., float]) -> None:
    np.testing.assert_allclose(scores(seen(), variant), by_formula(formula), rtol=1e-10)


def test_the_bias_takes_part_in_the_sum() -> None:
    without = Accumulated(Features(TEXTS), [Aligned(CONTRIBUTIONS, TOTAL - BIAS)])
    assert (scores(without) - scores(seen())).abs().to_numpy().min() > 1e-4


def test_shares_of_variance_are_those_of_covariance_matrices() -> None:
    for p, texts in enumerate(TEXTS.values()):
        q = np.linalg.qr(texts.numpy().T)[0]
        for i in range(COMPONENTS):
            covariance = np.cov(CONTRIBUTIONS[:, i].numpy().T)
            wanted = np.trace(q.T @ covariance @ q) / np.trace(covariance)
            assert variance_explained(seen()).iloc[i, p] == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_proxies_are_means_of_correlations_with_clip(similarity: Similarity) -> None:
    target = TARGET / TARGET.norm(dim=1, keepdim=True)
    found = text_correlations(seen(similarity))
    rows = torch.cat([*TEXTS.values()])
    for i in range(COMPONENTS):
        own = CONTRIBUTIONS[:, i] / (CONTRIBUTIONS[:, i].norm(dim=1, keepdim=True) if similarity == "cosine" else 1)
        wanted = [np.corrcoef(own @ text, target @ text)[0, 1] for text in rows]
        np.testing.assert_allclose(found[i], wanted, rtol=1e-9)
        np.testing.assert_allclose(proxies(seen(similarity)).loc[i], [np.mean(wanted[:3]), np.mean(wanted[3:])])


def test_cosine_and_dot_are_not_the_same_proxy() -> None:
    assert (proxies(seen("cosine")) - proxies(seen("dot"))).abs().to_numpy().max() > 1e-3


def test_without_embeddings_of_clip_for_all_images_there_is_no_proxy() -> None:
    some = [Aligned(CONTRIBUTIONS, TOTAL, TARGET), Aligned(CONTRIBUTIONS, TOTAL)]
    with pytest.raises(UserError, match="60 of 120 images have no embeddings"):
        proxies(Accumulated(Features(TEXTS), some))


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_a_component_that_does_not_vary_has_no_score(similarity: Similarity) -> None:
    contributions = CONTRIBUTIONS.clone()
    noise = 1 + 3e-8 * normal(7, IMAGES, WIDTH)  # what float32 rounds
    contributions[:, 1] = contributions[0, 1] * noise
    contributions[:, 2] = 0
    found = seen(similarity, contributions)
    tables = [scores(found, variant) for variant in ("paper", "invariant", "covariance")]
    for table in [*tables, variance_explained(found), proxies(found)]:
        assert table.loc[[1, 2]].isna().all(axis=None) and table.loc[[0, 3]].notna().all(axis=None)


def test_a_component_that_varies_little_has_a_score() -> None:
    contributions = CONTRIBUTIONS.clone()
    contributions[:, 1] = 10 * contributions[0, 1] + 1e-3 * contributions[:, 1]
    np.testing.assert_allclose(scores(seen(contributions=contributions)), scores(seen()), rtol=1e-6)


def test_a_text_along_which_a_component_does_not_vary_leaves_the_features_score_missing() -> None:
    axes = {"color": torch.eye(WIDTH)[:2], "place": torch.eye(WIDTH)[2:4]}
    contributions = CONTRIBUTIONS.clone()
    contributions[:, 0, 1] = 0.5
    found = Accumulated(Features(axes), [Aligned(contributions, contributions.sum(1))])
    missing = pd.DataFrame({"color": [True, False, False, False], "place": [False] * 4})
    assert (scores(found).isna().to_numpy() == missing.to_numpy()).all()
    assert scores(found, "invariant").notna().all(axis=None) and variance_explained(found).notna().all(axis=None)


def planted() -> Accumulated:
    """Colours in component 2, places in component 0, nothing in 1 and 3, which are as large."""
    generator = torch.Generator().manual_seed(0)
    colors, places = torch.randint(3, (400,), generator=generator), torch.randint(2, (400,), generator=generator)
    contributions = normal(8, 400, COMPONENTS, WIDTH)
    contributions[:, 2] += 3 * TEXTS["color"][colors]
    contributions[:, 0] += 3 * TEXTS["place"][places]
    contributions[:, [1, 3]] *= 3
    return Accumulated(Features(TEXTS), [Aligned(contributions, contributions.sum(1), contributions.sum(1))])


@pytest.mark.parametrize("feature", ["color", "place"])
def test_the_component_that_writes_a_feature_has_the_largest_gap(feature: str) -> None:
    writer = {"color": 2, "place": 0}[feature]
    assert largest(gaps(scores(planted()))[feature], 1).tolist() == [writer]
    assert variance_explained(planted())[feature].idxmax() == writer


def test_the_component_that_writes_a_feature_scores_highest() -> None:
    for table in (scores(planted(), "invariant"), proxies(planted()), scores(planted())):
        assert table["color"].idxmax() == 2
