"""From what was seen in each image to shares with confidence intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vitatlas.relations.probes.intervene import PAIRS, Key, Outcomes
from vitatlas.statistics.intervals import wilson

MEAN = "mean"
GUESSING = "the model answers no better than chance: no success means that it follows the direction"


def rows(outcomes: Outcomes, trained: Mapping[Key, np.ndarray]) -> list[dict[str, Any]]:
    """One row per key, and per key without its pair.

    Args:
        outcomes: Of the images held out.
        trained: Of the images that the probes were trained on.

    Returns:
        layer, quantity, pair (one of `PAIRS`, or `MEAN` of both), alpha, split, value (a share), low, high (its 95 %
        interval by Wilson), n (images), base_error, warning. The interval of a mean is that of as many images, as if
        its halves always agreed, so never too narrow. base_error, in rows of interventions and controls, is the share
        of answers that are the flipped one with no intervention.
    """
    error = float(outcomes.untouched.mean())
    low, high = wilson(error, len(outcomes.untouched))
    about = {"base_error": error, "warning": GUESSING if low <= 0.5 <= high else None}
    nothing = {"base_error": float("nan"), "warning": None}
    found = [_row(key, seen, "train") | nothing for key, seen in _with_means(trained).items()]
    for key, seen in _with_means(outcomes.of).items():
        found.append(_row(key, seen, "test_iid") | (nothing if key.quantity == "probe" else about))
    return found


def _with_means(seen: Mapping[Key, np.ndarray]) -> dict[Key, np.ndarray]:
    """The shares by image, with those of both pairs together after those of the second."""
    found: dict[Key, np.ndarray] = {}
    for key, first in seen.items():
        if key.pair == PAIRS[0]:
            keys = [Key(key.layer, key.quantity, pair, key.alpha) for pair in (*PAIRS, MEAN)]
            second = seen[keys[1]]
            found |= dict(zip(keys, (first, second, (first.astype(float) + second) / 2), strict=True))
    return found


def _row(key: Key, seen: np.ndarray, split: str) -> dict[str, Any]:
    share = float(seen.mean())
    low, high = wilson(share, len(seen))
    return vars(key) | {"split": split, "value": share, "low": low, "high": high, "n": len(seen)}
