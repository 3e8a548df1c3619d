"""The verdicts, what they are called by scale, and how numbers, layers and templates are written.

The engine has one scale of verdicts. What readers see depends on whose models were measured: the paper's own reproduce
something, miniatures only show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter
from typing import Literal, get_args

Scale = Literal["paper", "miniature", "test run"]
"""The size of a tier's models beside the paper's."""

SCALES: tuple[Scale, ...] = get_args(Scale)

Verdict = Literal["holds", "one run", "partly", "scattered", "fails", "not attempted"]
"""The engine's verdicts, from the best to the worst; the last one is none."""

HOLDS: Verdict = "holds"
ONE_RUN: Verdict = "one run"
PARTLY: Verdict = "partly"
SCATTERED: Verdict = "scattered"
FAILS: Verdict = "fails"
NOT_ATTEMPTED: Verdict = "not attempted"

RANKED: tuple[Verdict, ...] = get_args(Verdict)
"""All of them, from the best to the worst."""

_SHARED = {
    ONE_RUN: "seen in one run",
    SCATTERED: "not measured well enough",
    NOT_ATTEMPTED: "not attempted",
}
_OF_PAPER = _SHARED | {HOLDS: "reproduced", PARTLY: "direction only", FAILS: "not reproduced"}
_OF_OTHERS = _SHARED | {HOLDS: "seen in miniature", PARTLY: "seen in part", FAILS: "not seen"}


def words(scale: Scale) -> dict[Verdict, str]:
    """By verdict, from the best to the worst, what it is called where models of this scale are measured."""
    called = _OF_PAPER if scale == "paper" else _OF_OTHERS
    return {verdict: called[verdict] for verdict in RANKED}


VERDICTS: tuple[str, ...] = tuple(
    dict.fromkeys(called[verdict] for verdict in RANKED for called in (_OF_PAPER, _OF_OTHERS))
)
"""The words for verdicts on any scale, from the best to the worst."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The one that decides, of several."""
    return max(verdicts, key=RANKED.index)


def number(value: float) -> str:
    """With three decimals, without trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def layers_in_words(labels: Sequence[str], layers: Sequence[str], count: int) -> str:
    """ "edges in layer 1, curves in layer 3 of 6"."""
    return ", ".join(f"{label} in layer {layer}" for label, layer in zip(labels, layers, strict=True)) + f" of {count}"


def fields(template: str) -> set[str]:
    """The names that stand in braces.

    Raises:
        ValueError: A brace is not closed, or not opened.
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
