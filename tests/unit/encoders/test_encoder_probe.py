"""Linear probes: what they read, against scikit-learn and where nothing is to be read."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vitatlas.encoders.quality.probe import PENALTIES, fit_probe


def clusters(count: int, apart: float, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    values = torch.randint(4, (count,), generator=generator)
    middles = apart * torch.randn(4, 10, generator=torch.Generator().manual_seed(99))
    return middles[values] + torch.randn(count, 10, generator=generator), values


def test_it_agrees_with_ridge_regression_on_one_hot_values() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    z, values = clusters(300, 0.5, 0)
    probe = fit_probe(z, values, clusters(200, 0.5, 1), 4)
    x = ((z - z.mean(0)) / z.std(0)).double().numpy()
    oracle = linear.Ridge(alpha=probe.penalty).fit(x, np.eye(4)[values.numpy()])
    tests, _ = clusters(100, 0.5, 2)
    wanted = oracle.predict(((tests - z.mean(0)) / z.std(0)).double().numpy()).argmax(1)
    assert (probe(tests).numpy() == wanted).all()


def test_what_is_there_is_read_and_what_is_not_is_not() -> None:
    fitted, others, tests = (clusters(600, 2.0, seed) for seed in range(3))
    assert (fit_probe(*fitted, others, 4)(tests[0]) == tests[1]).double().mean() > 0.95
    shuffled = fitted[1][torch.randperm(600, generator=torch.Generator().manual_seed(5))]
    assert (fit_probe(fitted[0], shuffled, others, 4)(tests[0]) == tests[1]).double().mean() < 0.6


@pytest.mark.parametrize("penalty", [PENALTIES[0], PENALTIES[-1]])
def test_the_penalty_is_chosen_on_other_scenes(penalty: float, monkeypatch: pytest.MonkeyPatch) -> None:
    (z, values), (x, _) = clusters(20, 0.3, 0), clusters(500, 0.3, 1)
    with monkeypatch.context() as only:
        only.setattr("vitatlas.encoders.quality.probe.PENALTIES", (penalty,))
        answers = fit_probe(z, values, (x, torch.zeros(500, dtype=torch.int64)), 4)(x)
    assert fit_probe(z, values, (x, answers), 4).penalty == penalty


def test_an_axis_without_variance_does_no_harm() -> None:
    z, values = clusters(100, 2.0, 0)
    z[:, 3] = 7.0
    assert torch.isfinite(fit_probe(z, values, (z, values), 4).weights).all()
