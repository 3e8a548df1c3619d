"""Numbers taken from curves over layers: one per run.

The best of several layers is too high by chance. Where a layer was chosen on images set apart, nothing is left of that;
elsewhere the side that is claimed to be greater is taken to be as much lower as the largest of so many equal layers
would stand above them on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitatlas.statistics.intervals import expected_maximum
from vitatlas.verdicts.measured import Curve
from vitatlas.verdicts.select import single_layer
from vitatlas.verdicts.selections import Take

SLACK = 1e-9
"""Differences smaller than this are rounding of floats."""


@dataclass(frozen=True)
class Taken:
    """One number per run, taken from a curve.

    Attributes:
        value, error: [runs]; the numbers, and their standard errors over images.
        copied: Whether they are of layers whose weights all runs share: what runs agree on there, one run shows.
        flattered: By how much the best of several equal layers would stand above them on average.
        layer: The one layer that it is of, where there is but one; None: several, or none.
    """

    model: str
    runs: tuple[int, ...]
    value: np.ndarray
    error: np.ndarray
    copied: bool = False
    flattered: float = 0.0
    layer: int | None = None

    @property
    def mean(self) -> float:
        """Over runs."""
        return float(self.value.mean())


def take(curve: Curve, how: Take) -> Taken:
    """One number per run: the only one, the best layer's, or the mean over layers.

    The best layer is the one that is best on images set apart, or else on those that the value is of; the mean of
    several that are equally good.

    Raises:
        UserError: The only one is asked for, and there are several layers.
    """
    if how == "value":
        single_layer(curve.model, curve.layers)
    if how == "best":
        return _best(curve)
    value, error = curve.value.mean(axis=1), curve.error.mean(axis=1)
    return Taken(curve.model, curve.runs, value, error, bool(curve.copied.all()), layer=_only(curve))


def _best(curve: Curve) -> Taken:
    apart = not np.isnan(curve.selection).any()
    by = curve.selection if apart else curve.value
    chosen = by >= by.max(axis=1, keepdims=True) - SLACK
    value, error = ((part * chosen).sum(axis=1) / chosen.sum(axis=1) for part in (curve.value, curve.error))
    flattered = expected_maximum(1 if apart else len(curve.layers)) * float(error.mean())
    copied = bool(curve.copied[chosen.any(axis=0)].all())
    return Taken(curve.model, curve.runs, value, error, copied, flattered, _only(curve))


def _only(curve: Curve) -> int | None:
    """The layer of a curve that has but one."""
    return curve.layers[0] if curve.layered and len(curve.layers) == 1 else None


def constant(value: float, like: Taken) -> Taken:
    """A number that is not measured, for the runs of another."""
    return Taken(like.model, like.runs, np.full(len(like.runs), value), np.zeros(len(like.runs)))
