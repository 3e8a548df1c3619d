"""From answers to tables: accuracies with intervals over pictures, and what they are relative to full pictures'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from torch import Tensor

from vitatlas.features.reliance.answers import LOSS, RANK
from vitatlas.features.reliance.conditions import FILTERS, Filtering, Masking
from vitatlas.features.reliance.curve import area
from vitatlas.features.reliance.resampled import Floats, interval, ratio, resampled_means

TOP = {"top1": 1, "top5": 5}


def masked_rows(answered: Tensor, ways: Sequence[Masking], classes: int, seed: int) -> pd.DataFrame:
    """Mask, fill, shown, measure, value, low, high, n, chance, of one part.

    Measures are top1, top5 (shares), cross_entropy (nats), and normalised_top1, normalised_top5: 100 times the share
    over that of full pictures (section 5).

    Args:
        answered: What `answers` gives, [N, ways, 2].
        ways: The first shows full pictures.
        classes: How many the encoder tells apart.
        seed: Of the sets of pictures that intervals are made from.
    """
    means = _means(answered, seed)
    means |= {f"normalised_{top}": 100 * ratio(means[top], means[top][:, :1]) for top in TOP}
    rows = [
        way._asdict() | _row(measure, numbers[:, column], len(answered), classes)
        for measure, numbers in means.items()
        for column, way in enumerate(ways)
    ]
    return pd.DataFrame(rows)


def low_pass_rows(answered: Tensor, ways: Sequence[Filtering], classes: int, seed: int) -> pd.DataFrame:
    """Filter, rho, cycles, measure, value, low, high, n, chance, of one part.

    Measures are top1, top5 (shares), relative: top1 over that of unfiltered pictures, and area: the mean height of
    relative over the logarithm of the cut-off, one number per filter.

    Args:
        answered, classes, seed: As of `masked_rows`.
        ways: The first shows pictures unfiltered.
    """
    means = _means(answered, seed)
    shares = {top: means[top] for top in TOP} | {"relative": ratio(means["top1"], means["top1"][:, :1])}
    rows = [
        way._asdict() | _row(measure, numbers[:, column], len(answered), classes)
        for measure, numbers in shares.items()
        for column, way in enumerate(ways)
    ]
    rows += [
        Filtering(name)._asdict() | _row("area", numbers, len(answered), classes)
        for name, numbers in _areas(shares["relative"], ways)
    ]
    return pd.DataFrame(rows).astype({"rho": float, "cycles": float})


def _areas(relative: Floats, ways: Sequence[Filtering]) -> Iterator[tuple[str, Floats]]:
    for name in FILTERS:
        columns = [column for column, way in enumerate(ways) if way.filter == name]
        yield name, area(np.array([ways[column].cycles for column in columns]), relative[:, columns])


def _means(answered: Tensor, seed: int) -> dict[str, Floats]:
    """Means over pictures [1 + draws, ways], by measure; all on the same sets."""
    numbers = answered.numpy()
    values = {top: numbers[..., RANK] < count for top, count in TOP.items()} | {"cross_entropy": numbers[..., LOSS]}
    means = resampled_means(np.concatenate(list(values.values()), axis=1), seed)
    return dict(zip(values, np.split(means, len(values), axis=1), strict=True))


def _row(measure: str, numbers: Floats, count: int, classes: int) -> dict[str, Any]:
    """One number; `chance` is the share of who guesses."""
    chance = min(TOP[measure] / classes, 1) if measure in TOP else np.nan
    return {"measure": measure, **interval(numbers)._asdict(), "n": count, "chance": chance}
