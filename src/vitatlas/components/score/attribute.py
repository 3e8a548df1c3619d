"""CompAttribute: how far a component moves with the whole representation along a feature (paper, Algorithm 3)."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import torch

from vitatlas.components.score.accumulate import Accumulated
from vitatlas.components.score.moments import silent_at

Variant = Literal["paper", "invariant", "covariance"]
"""Kinds of score; see `scores`."""


def scores(seen: Accumulated, variant: Variant = "paper") -> pd.DataFrame:
    """Scores [components × features], NaN where a projection does not vary.

    S_q and s_iq are the projections of the sum and of f_i(c_i) on direction q of the feature's basis, centred.

    - `paper`: mean over q of mean(S_q s_iq) / (std(S_q) std(s_iq)), std with n - 1: Pearson's r times (n - 1) / n.
    - `invariant`: tr(SᵀS_i) / √(tr(SᵀS) tr(S_iᵀS_i)), which no rotation of the basis and no order of texts changes.
    - `covariance`: mean over q of mean(S_q s_iq), not normalised (reference code).
    """
    if variant == "invariant":
        return _invariant(seen)
    r = seen.spans.correlation(seen.components.length, seen.total.length)
    values = r if variant == "paper" else seen.spans.covariance.masked_fill(r.isnan(), torch.nan)
    return seen.features.table(seen.features.means(values) * (seen.images - 1) / seen.images)


def variance_explained(seen: Accumulated) -> pd.DataFrame:
    """Share of the variance of f_i(c_i) within the span of a feature's texts [components × features].

    tr cov(s_i) / tr cov(f_i(c_i)) (reference code); NaN for a component that does not vary.
    """
    within, whole = seen.features.sums(seen.spans.variance_x), seen.components.variance[:, None]
    silent = silent_at(whole, seen.components.length[:, None])
    return seen.features.table((within / whole).masked_fill(silent, torch.nan))


def _invariant(seen: Accumulated) -> pd.DataFrame:
    own, whole = seen.features.sums(seen.spans.variance_x), seen.features.sums(seen.spans.variance_y[None])
    silent = silent_at(own, seen.components.length[:, None]) | silent_at(whole, seen.total.length)
    values = seen.features.sums(seen.spans.covariance) / (own * whole).sqrt()
    return seen.features.table(values.masked_fill(silent, torch.nan))
