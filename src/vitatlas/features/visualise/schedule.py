"""The learning rate and the strength of the noise, which change from step to step."""

from __future__ import annotations

import math

from vitatlas.features.config.visualise import Preset

PAPER = 1.0
"""Standard deviation of the noise in the paper's text, which has no schedule."""


def learning_rate(first: float, step: int, steps: int) -> float:
    """The learning rate of a step: half a cosine from `first` at step 0 to 0 at step `steps`."""
    return first * (1 + math.cos(math.pi * step / steps)) / 2


def noise_strength(law: Preset, first: float, step: int, steps: int) -> float:
    """The standard deviation of the noise of a step.

    `corrected` falls evenly from `first` at step 0 to 0 at step `steps`. `reference` counts from steps - 2 down to 0
    and starts again from the top, so that its last step is the noisiest.

    Args:
        law: The switch `protocol.noise`.
        first: Standard deviation at the start.
        step: Number of the step, from 0.
        steps: How many there are.
    """
    if law == "paper":
        return PAPER
    left = (steps - 2 - step) % steps if law == "reference" else steps - step
    return first * left / steps
