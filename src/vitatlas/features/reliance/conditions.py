"""The ways in which a picture is shown, each with the column of its answers. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FULL = "full"
"""The column, and the way, of pictures as they are."""

BLACK, MEAN = "black", "mean"
"""Colours in place of what is masked."""

FILTERS = ("ideal", "gaussian")
UNFILTERED = "none"


class Masking(NamedTuple):
    """One way of masking.

    Attributes:
        shown: full, foreground (all else is masked), background (the object is masked), or scene (the background as it
            is where there is no object, which only the picture world knows).
        mask: boxes, or exact (the outline); empty where nothing is masked.
        fill: The colour in place of what is masked, black or mean; empty where nothing is masked.
    """

    shown: str
    mask: str = ""
    fill: str = ""

    @property
    def column(self) -> str:
        """As `boxes_black_foreground`."""
        return "_".join(filter(None, (self.mask, self.fill, self.shown)))


class Filtering(NamedTuple):
    """One way of filtering.

    Attributes:
        filter: Of `FILTERS`, or none.
        rho: The cut-off in half the side; None of unfiltered pictures.
        cycles: The cut-off in cycles per picture; None of unfiltered pictures.
    """

    filter: str = UNFILTERED
    rho: float | None = None
    cycles: float | None = None

    @property
    def column(self) -> str:
        """As `ideal_0.5`."""
        return FULL if self.rho is None else f"{self.filter}_{self.rho:.6g}"


def maskings(masks: Sequence[str], fills: Sequence[str], *, scene: bool) -> list[Masking]:
    """All ways of masking, the picture as it is first.

    Args:
        masks: What is known of where the object is.
        fills: The colours.
        scene: Whether the background without the object is known.
    """
    known = [Masking("scene")] if scene else []
    masked = [Masking(shown, mask, fill) for mask in masks for fill in fills for shown in ("foreground", "background")]
    return [Masking(FULL), *known, *masked]


def filterings(cutoffs: Sequence[float], side: int) -> list[Filtering]:
    """All ways of filtering, the picture as it is first, then from high to low cut-offs.

    Args:
        cutoffs: In half the side.
        side: Of the pictures, in pixels.
    """
    ordered = sorted(cutoffs, reverse=True)
    return [Filtering(), *(Filtering(name, rho, rho * side / 2) for name in FILTERS for rho in ordered)]
