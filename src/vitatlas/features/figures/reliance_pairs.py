"""Differences in top-5 on masked pictures: of one network between two sets, and of two networks on one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.answered import NEUTRAL, hits_of, mean_of, normalised_of
from vitatlas.features.artifacts import PanelSpec
from vitatlas.features.figures.networks import about
from vitatlas.features.reliance.compare import Hits, difference
from vitatlas.features.reliance.conditions import FULL, Masking
from vitatlas.features.reliance.resampled import Floats, interval

TOP = 5
ALL_PICTURES, BOTH_RIGHT = "all pictures", "pictures that both name"


def gains(table: pd.DataFrame, panel: PanelSpec, part: str, ways: Sequence[Masking]) -> Iterator[dict[str, Any]]:
    """By how much normalised top-5 on backgrounds is higher than on those of the neutral set, other pictures.

    Raises:
        UserError: There are no answers of the network.
    """
    shown = [way for way in ways if way.shown != "foreground"]
    columns, runs = [way.column for way in shown], hits_of(table, panel.model)

    def gain(hits: Hits) -> Floats:
        return normalised_of(hits, part, columns, TOP) - normalised_of(hits, NEUTRAL, columns, TOP)

    count = len(runs[0].part(part))
    yield from _rows("gain", shown, mean_of(runs, gain), about(panel) | {"n": count, "runs": len(runs)})


def pairs(
    table: pd.DataFrame, panel: PanelSpec, other: PanelSpec, part: str, ways: Sequence[Masking]
) -> Iterator[dict[str, Any]]:
    """Normalised top-5 of a network minus that of another on the same pictures: on all, and on those whose class both
    name when they are full, so that both are equally good at full pictures.

    Raises:
        UserError: There are no answers of one, or they were shown other pictures.
    """
    columns = [way.column for way in ways]
    ones, others = hits_of(table, panel.model), hits_of(table, other.model)

    def of(hits: Hits) -> Floats:
        return normalised_of(hits, part, columns, TOP)

    combined = list(product(ones, others))
    matched = [_both_right(one, two, part) for one, two in combined]
    for full, chosen in zip((ALL_PICTURES, BOTH_RIGHT), (combined, matched), strict=True):
        numbers = np.mean([difference(one, two, of) for one, two in chosen], axis=0)
        known = {"other": other.title, "full": full, "n": min(len(one.part(part)) for one, _ in chosen)}
        yield from _rows("pair", ways, numbers, about(panel) | known | {"runs": min(len(ones), len(others))})


def _both_right(one: Hits, other: Hits, part: str) -> tuple[Hits, Hits]:
    """The answers on pictures whose class both name first when they are full."""
    right = [(hits.table["part"] == part).to_numpy() & (hits.table[FULL] == 0).to_numpy() for hits in (one, other)]
    both = right[0] & right[1]
    return replace(one, table=one.table[both]), replace(other, table=other.table[both])


def _rows(what: str, ways: Sequence[Masking], numbers: Floats, known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for column, way in enumerate(ways):
        yield {"what": what, **known, **way._asdict(), **interval(numbers[:, column])._asdict()}
