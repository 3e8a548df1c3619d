from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from vitatlas.config.training import Optimisation
from vitatlas.training.optimizer import Optimizer, learning_rate


def settings(**changes: object) -> Optimisation:
    return Optimisation.model_validate({"learning_rate": 0.4, "batch": 2, **changes})


def rates(steps: int, per_epoch: int, **changes: object) -> list[float]:
    return [learning_rate(settings(**changes), step, steps, per_epoch) for step in range(steps)]


def test_constant_stays() -> None:
    assert rates(3, 1) == [0.4, 0.4, 0.4]


def test_exponential_falls_once_per_epoch() -> None:
    assert rates(5, 2, schedule="exponential", decay=0.5) == [0.4, 0.4, 0.2, 0.2, 0.1]


def test_cosine_starts_at_the_peak_and_ends_at_zero() -> None:
    assert rates(4, 4, schedule="cosine") == pytest.approx(
        [0.4, 0.2 + 0.2 * math.sqrt(0.5), 0.2, 0.2 - 0.2 * math.sqrt(0.5)]
    )
    assert learning_rate(settings(schedule="cosine"), 4, 4, 4) == pytest.approx(0)


def test_warmup_rises_linearly_to_the_peak_and_the_cosine_follows_it() -> None:
    assert rates(8, 8, schedule="cosine", warmup=0.5) == pytest.approx(
        [0.1, 0.2, 0.3, 0.4, 0.4, 0.2 + 0.2 * math.sqrt(0.5), 0.2, 0.2 - 0.2 * math.sqrt(0.5)]
    )


def test_a_step_is_that_of_adamw_on_the_clipped_gradient() -> None:
    parameter = nn.Parameter(torch.tensor([3.0, 4.0]))
    frozen = nn.Parameter(torch.tensor([1.0]), requires_grad=False)
    optimizer = Optimizer(settings(clip=1.0, weight_decay=0.1, betas=(0.5, 0.9)), [parameter, frozen], 10, 10)
    optimizer.apply((parameter**2).sum() / 2, 0)
    # AdamW's first step: decay by 1 - rate * 0.1, then rate * g / |g|, the bias-corrected moments being g and g².
    assert parameter.grad is not None and parameter.grad.tolist() == pytest.approx([0.6, 0.8])
    assert parameter.tolist() == pytest.approx([3 * 0.96 - 0.4, 4 * 0.96 - 0.4])
    assert frozen.tolist() == [1.0]
