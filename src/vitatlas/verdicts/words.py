"""The verdicts, and how numbers and layers are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

Verdict = Literal["reproduced", "within tolerance", "direction only", "not reproduced", "not attempted"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From the best to the worst; the last one is none."""

REPRODUCED: Verdict = "reproduced"
WITHIN: Verdict = "within tolerance"
DIRECTION: Verdict = "direction only"
NOT_REPRODUCED: Verdict = "not reproduced"
NOT_ATTEMPTED: Verdict = "not attempted"

WORDS = {
    "color": "colour",
    "rmts": "RMTS",
    "test_iid": "seen combinations",
    "test": "unseen combinations",
    "ood-shape-color": "new shapes and colours",
}
"""Values of keys as statements name them."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The one that decides, of several."""
    return max(verdicts, key=VERDICTS.index)


def number(value: float) -> str:
    """With three decimals, without trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def layers_in_words(labels: Sequence[str], layers: Sequence[int], count: int) -> str:
    """ "WO in layer 1, WP in layer 3 of 6"."""
    return ", ".join(f"{label} in layer {layer}" for label, layer in zip(labels, layers, strict=True)) + f" of {count}"
