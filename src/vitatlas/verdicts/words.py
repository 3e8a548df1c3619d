"""The verdicts, and how numbers, layers and templates are written."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter
from typing import Literal, get_args

Verdict = Literal["reproduced", "within tolerance", "direction only", "not reproduced", "not attempted"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""All verdicts, from the best to the worst; the last one is none."""

REPRODUCED: Verdict = "reproduced"
WITHIN: Verdict = "within tolerance"
DIRECTION: Verdict = "direction only"
NOT_REPRODUCED: Verdict = "not reproduced"
NOT_ATTEMPTED: Verdict = "not attempted"


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The one that decides, of several."""
    return max(verdicts, key=VERDICTS.index)


def number(value: float) -> str:
    """With three decimals, without trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def layers_in_words(labels: Sequence[str], layers: Sequence[int], count: int) -> str:
    """ "edges in layer 1, curves in layer 3 of 6"."""
    return ", ".join(f"{label} in layer {layer}" for label, layer in zip(labels, layers, strict=True)) + f" of {count}"


def fields(template: str) -> set[str]:
    """The names that stand in braces.

    Raises:
        ValueError: A brace is not closed, or not opened.
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
