"""Published numbers against ours: the rule by which a number, or a curve over layers, gets its verdict.

Ours is the mean over runs. A measurement is scattered where its standard deviation over runs is larger than `SPREAD`
tolerances. For a single number:

- holds: ours is no further from the published value than the tolerance, and not scattered; of one run: `one run`;
- scattered: it is scattered, and within its interval the published value may be ours;
- partly: both lie on the same side of chance, each further from it than the tolerance, and ours surely;
- fails: anything else.

A curve is judged as a whole: it holds if that is so in every layer; it is scattered if that is all that keeps it from
holding; it holds partly if both curves peak in the same layer or in neighbouring ones, and rise and fall together
(Spearman's rank correlation at least 0.8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vitatlas.statistics.intervals import share_error
from vitatlas.verdicts.differences import Difference
from vitatlas.verdicts.finding import held
from vitatlas.verdicts.levels import SPREAD
from vitatlas.verdicts.taken import SLACK
from vitatlas.verdicts.words import FAILS, PARTLY, SCATTERED, Verdict, number

TOGETHER = 0.8
"""The least rank correlation of two curves that rise and fall together."""
NEIGHBOUR = 1
"""The number of layers that two peaks may be apart."""


@dataclass(frozen=True)
class Comparison:
    """A published number, or the layer of a curve that is furthest beyond its tolerance, beside ours.

    Attributes:
        runs: Of ours; one where all share the weights.
        place: (published - ours) in our standard deviations; NaN without any.
        where: Which layer it is, of a curve.
    """

    verdict: Verdict
    published: float
    tolerance: float
    ours: float
    sd: float
    runs: int
    place: float
    where: str
    reason: str


def compare(both: pd.DataFrame, layers: int) -> Comparison:
    """The verdict on one number, or on one curve.

    Args:
        both: Its rows of `beside`: one, or one per layer that was measured. None is missing a number.
        layers: How many values were published of it: more than one are a curve.
    """
    return _curve(both, layers) if layers > 1 else _number(both.iloc[0])


def beside(published: pd.DataFrame, ours: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per published value that was measured, with what is needed to judge it.

    Args:
        published: Rows of the table of published numbers.
        ours: Readings.
        keys: The columns by which they belong together; missing matches missing.

    Returns:
        The columns of `published`, and of ours: `ours` (the mean over runs; NaN where one of them is no number), `sd`,
        `runs`, `half_width` (of the 95 % interval over runs and images), `off`, `near` and `scattered`.
    """
    error = ours["error"].fillna(pd.Series(share_error(ours["value"], ours["images"]), ours.index))
    rows = ours.assign(error=error.fillna(0), missing=ours["value"].isna())
    by_key = rows.groupby(keys, dropna=False, sort=False)
    measured = by_key.agg(
        ours=("value", "mean"),
        sd=("value", "std"),
        runs=("value", "size"),
        error=("error", "mean"),
        missing=("missing", "any"),
        shared_below=("shared_below", "max"),
    ).reset_index()
    measured["ours"] = measured["ours"].mask(measured["missing"])
    both = published.drop(columns="shared_below", errors="ignore").merge(measured, on=keys)
    both["half_width"] = [_half_width(row) for _, row in both.iterrows()]
    copied = both["layer"].to_numpy(dtype=float, na_value=np.inf) < both["shared_below"].fillna(0)
    both["runs"] = both["runs"].mask(copied, 1)
    off = (both["value"] - both["ours"]).abs()
    scattered = both["sd"].fillna(0) > SPREAD * both["tolerance"] + SLACK
    return both.assign(off=off, near=off <= both["tolerance"] + SLACK, scattered=scattered)


def _half_width(row: pd.Series) -> float:
    runs = int(row["runs"])
    sd, error = float(row["sd"]), float(row["error"])
    over_runs = sd / math.sqrt(runs) if runs > 1 else 0.0
    return Difference(0.0, sd, over_runs, runs - 1, error, runs).half_width


def _number(row: pd.Series) -> Comparison:
    apart = f"{number(row['off'])} apart"
    if row["near"] and not row["scattered"]:
        return _comparison(row, held(int(row["runs"])), "", apart)
    if row["scattered"] and row["off"] <= row["tolerance"] + row["half_width"] + SLACK:
        return _comparison(row, SCATTERED, "", f"{apart}; runs differ by more than the tolerance")
    sides = (_side(row["value"], row["chance"], row["tolerance"]), _side(row["ours"], row["chance"], row["tolerance"]))
    surely = abs(row["ours"] - row["chance"]) > row["half_width"]
    if sides[0] == sides[1] != 0 and surely:
        return _comparison(row, PARTLY, "", f"{apart}, on the same side of chance")
    return _comparison(row, FAILS, "", apart)


def _side(value: float, chance: float, tolerance: float) -> int:
    """1 above chance, -1 below, 0 as near to it as the tolerance, or where there is no chance."""
    return 0 if np.isnan(chance) or abs(value - chance) <= tolerance else int(np.sign(value - chance))


def _curve(both: pd.DataFrame, layers: int) -> Comparison:
    furthest = both.iloc[int((both["off"] / both["tolerance"]).argmax())]
    peaks = [_peaks(both, name) for name in ("value", "ours")]
    apart = min(abs(first - second) for first in peaks[0] for second in peaks[1])
    together = both["value"].rank().corr(both["ours"].rank())
    whole = len(both) == layers and bool(both["near"].all())
    if whole:
        verdict = SCATTERED if both["scattered"].any() else held(int(both["runs"].min()))
    elif apart <= NEIGHBOUR and together >= TOGETHER:
        verdict = PARTLY
    else:
        verdict = FAILS
    counts = f"{int(both['near'].sum())} of {layers} layers within tolerance"
    counts += f", {int(both['scattered'].sum())} where runs differ by more" if both["scattered"].any() else ""
    where = [" and ".join(map(str, found)) for found in peaks]
    shape = f"peaks in layers {where[0]} (published) and {where[1]} (ours), rank correlation {together:.2f}"
    measured = "" if len(both) == layers else f"; {len(both)} measured"
    told = f"{layers} layers; furthest off in layer {int(furthest['layer'])}"
    return _comparison(furthest, verdict, told, f"{counts}{measured}; {shape}", int(both["runs"].min()))


def _peaks(both: pd.DataFrame, name: str) -> list[int]:
    """The layers where a curve is highest; several where they tie."""
    highest = both[name] >= both[name].max() - SLACK
    return [int(layer) for layer in both.loc[highest, "layer"]]


def _comparison(row: pd.Series, verdict: Verdict, where: str, reason: str, runs: int | None = None) -> Comparison:
    sd = float(row["sd"])
    place = (row["value"] - row["ours"]) / sd if sd > 0 else float("nan")
    return Comparison(
        verdict=verdict,
        published=float(row["value"]),
        tolerance=float(row["tolerance"]),
        ours=float(row["ours"]),
        sd=sd,
        runs=int(row["runs"]) if runs is None else runs,
        place=float(place),
        where=where,
        reason=reason,
    )
