"""The area under a curve over the logarithm of the cut-off (figure 16)."""

from __future__ import annotations

import numpy as np

from vitatlas.features.reliance.resampled import Floats


def area(cycles: Floats, values: Floats, low: float | None = None, high: float | None = None) -> Floats:
    """The mean height of a curve over the logarithm of the cut-off, between two cut-offs: [...].

    It is linear between the cut-offs that were measured, and level beyond the highest. With heights from 0 to 1, so is
    the area.

    Args:
        cycles: The cut-offs [C], at least two different ones.
        values: The heights [..., C].
        low, high: Between which cut-offs; None: the lowest and the highest that were measured.

    Raises:
        ValueError: The range is empty, or begins below the lowest cut-off.
    """
    order = np.argsort(cycles)
    known = np.log(cycles[order])
    first = known[0] if low is None else np.log(low)
    last = known[-1] if high is None else np.log(high)
    if not known[0] - 1e-9 <= first < last:
        raise ValueError(f"no curve from {np.exp(first)} to {np.exp(last)} cycles")
    points = np.concatenate([[first], known[(known > first) & (known < last)], [last]])
    # Heights enter linearly: the area is a weighted mean of them, each with the area under a tent of height 1
    tents = np.stack([np.interp(points, known, tent) for tent in np.eye(len(known))])
    weights = np.trapezoid(tents, points, axis=1) / (last - first)
    found: Floats = values[..., order] @ weights
    return found
