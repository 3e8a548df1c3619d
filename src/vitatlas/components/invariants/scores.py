"""Invariants of scores and of the texts of components."""

from __future__ import annotations

from collections.abc import Iterable

from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

BOUNDED = (
    *("score", "invariant", "proxy", "component_order", "feature_order", "halves"),
    *("score_follows_decodability", "variance_follows_decodability", "size_follows_decodability"),
    *("score_follows_lost", "variance_follows_lost", "size_follows_lost", "feature_follows_decodability"),
)


@invariant(
    "scores are correlations",
    "No score and no rank correlation is beyond -1 or 1.",
    source="algorithm 3",
    tables=("scores",),
    bound=1e-9,
)
def _bounded(finished: Finished) -> Iterable[float]:
    for table in finished.of("scores"):
        yield from (table.loc[table["quantity"].isin(BOUNDED), "value"].dropna().abs() - 1).clip(lower=0)


@invariant(
    "variance explained is a share",
    "The texts of a feature explain no less than nothing and no more than all of a component's variance.",
    source="its definition",
    tables=("scores",),
    bound=1e-9,
)
def _shares(finished: Finished) -> Iterable[float]:
    for table in finished.of("scores"):
        found = table.loc[table["quantity"] == "variance", "value"].dropna()
        yield from (found - 1).clip(lower=0)
        yield from (-found).clip(lower=0)


@invariant(
    "the truth matches itself",
    "Texts of a component, held against themselves, all match; no component has a text twice.",
    source="table 1",
    tables=("labels",),
)
def _labels(finished: Finished) -> Iterable[float]:
    for table in finished.of("labels"):
        labels = table[table["quantity"] == "label"]
        yield from (labels.loc[labels["method"] == "truth", "match"] != "exact").astype(float)
        yield float(labels.duplicated(["model", "run", "method", "component", "text"]).sum())


@invariant(
    "match rates are shares",
    "Match rates lie between 0 and 1, distances between 0 and 2.",
    source="table 1",
    tables=("labels",),
)
def _rates(finished: Finished) -> Iterable[float]:
    for table in finished.of("labels"):
        for quantity, most in (("match_rate", 1), ("distance", 2)):
            found = table.loc[table["quantity"] == quantity, "value"]
            yield from (found - most).clip(lower=0)
            yield from (-found).clip(lower=0)


INVARIANTS: tuple[Invariant[Finished], ...] = (_bounded, _shares, _labels, _rates)
