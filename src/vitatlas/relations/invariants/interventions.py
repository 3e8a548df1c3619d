"""Invariants of interventions and probes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, DIVIDED, RUN, Finished, beyond_shares

SUCCESS = {"das": "accuracy", "novel": "accuracy", "information_flow": "accuracy", "probe": "value"}
"""By kind of analysis, the column with the share of answers that are the target."""

KINDS = tuple(SUCCESS)
EXCHANGES = ("das", "novel", "information_flow")
SECTIONS = f"{AUTHORS}, sections 4 and 5"


def _made(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of interventions, and not of what a probe answers."""
    return table[table["quantity"] != "probe"] if kind == "probe" else table


def _base_error(table: pd.DataFrame) -> pd.Series:
    """Share of answers that are the target without an intervention, by run, property and layer."""
    rows = table[table["split"] == "test_iid"]
    rows = rows[rows["control"] == "none"] if "control" in rows else rows
    rows = rows.assign(wrong=rows["base_error"] * rows["n"])
    sums = rows.groupby([*RUN, "property", "layer"])[["wrong", "n"]].sum()
    return sums["wrong"] / sums["n"]


@invariant(
    "success is a share",
    "Success of interventions, accuracy of probes and errors without an intervention are between 0 and 1.",
    source="shares of answers",
    tables=KINDS,
)
def _shares(finished: Finished) -> Iterator[float]:
    for kind, table in finished.rows(*KINDS):
        for found in (table[SUCCESS[kind]], _made(kind, table)["base_error"]):
            yield from beyond_shares(found)


@invariant(
    "last layer",
    "After the last block, nothing done to object or background tokens changes an answer that the head reads from the "
    "class token alone: success is the error without an intervention.",
    source="the head reads the class token",
    tables=KINDS,
    bound=DIVIDED,
)
def _last_layer(finished: Finished) -> Iterator[float]:
    for kind, table in finished.rows(*KINDS):
        last = {model: finished.depth(model) - 1 for model in set(table["model"])}
        read = ~table["model"].isin(finished.expected.mean_readout)
        rows = _made(kind, table[(table["layer"] == table["model"].map(last)) & read])
        rows = rows[rows["tokens"] != "class_token"] if "tokens" in rows else rows
        yield from (rows[SUCCESS[kind]] - rows["base_error"]).abs()


@invariant(
    "empty subspaces",
    "Exchanging a subspace of no dimensions changes no answer.",
    source="the definition of the intervention",
    tables=("das", "novel"),
    bound=DIVIDED,
)
def _nothing(finished: Finished) -> Iterator[float]:
    for kind, table in finished.rows("das", "novel"):
        rows = table[table["subspace_size"] == 0]
        yield from (rows[SUCCESS[kind]] - rows["base_error"]).abs()


@invariant(
    "intervention counts",
    "Interventions are measured on as many examples, and novel representations drawn as often, as configured.",
    source=SECTIONS,
    tables=EXCHANGES,
)
def _counts(finished: Finished) -> Iterator[float]:
    for kind, table in finished.rows(*EXCHANGES):
        rows = table[table["split"] != "train"]  # of which a part is evaluated
        item = [name for name in ("property", "control", "method", "tokens", "split", "layer") if name in rows]
        number = rows.groupby([*RUN, *item])["n"].sum().reset_index()
        yield from (number["n"] - number["split"].map(finished.expected.counterfactuals)).abs()
        if kind == "novel":
            yield from (table["draws"] - finished.expected.draws).abs()


@invariant(
    "probe counts",
    "Probes are trained and measured on as many images as the configuration says.",
    source=SECTIONS,
    tables=("probe",),
)
def _probe_counts(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows("probe"):
        yield from (table["n"] - 2 * table["split"].map(finished.expected.probe_images)).abs()


@invariant(
    "errors agree",
    "Analyses of the same examples find the same errors without an intervention.",
    source="the same model on the same images",
    tables=EXCHANGES,
    bound=DIVIDED,
)
def _agree(finished: Finished) -> Iterator[float]:
    found = [_base_error(table) for _, table in finished.rows(*EXCHANGES)]
    for one, other in pairwise(found):
        yield from (one - other).abs().dropna()


@invariant(
    "errors as in behaviour",
    "Without an intervention, models err as often as in their test: within 4 standard errors. Images that are "
    "normalised otherwise than in training break this.",
    source="the same model on images of the same kind",
    tables=("probe", "behaviour"),
    bound=4,
)
def _as_in_behaviour(finished: Finished) -> Iterator[float]:
    """In standard errors of the share, which are at least those of one wrong answer."""
    if not {"probe", "behaviour"} <= finished.analyses.keys():
        return
    probe = _made("probe", finished.analyses["probe"]).drop_duplicates(RUN)
    found = probe.join((1 - finished.accuracies("test_iid")).rename("wrong"), on=RUN, how="inner")
    error = np.sqrt(np.maximum(found["wrong"] * (1 - found["wrong"]), 1 / found["n"]) / found["n"])
    yield from (found["base_error"] - found["wrong"]).abs() / error


INVARIANTS = (_shares, _last_layer, _nothing, _counts, _probe_counts, _agree, _as_in_behaviour)
