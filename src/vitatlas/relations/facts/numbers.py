"""The numbers of a finished run that documents quote: from analysis tables to one row per mean over runs.

| fact | method | quantity | value |
|---|---|---|---|
| accuracy | | | share of right answers, on each split |
| auxiliary | variant of losses | | the same, with these losses |
| attention | | WO, WP, BP, BG | layer in which the strongest head's attention of this kind is greatest |
| attention | | in order | share of runs in which these layers are strictly in this order |
| das | control | success, made same | share of answers that are the target: of all pairs, of those to become the same |
| das | | errors | the same without an intervention, of pairs to become the same |
| novel | kind of vectors | made same | as above |
| probe | | probe, intervention, control | share of pairs judged rightly, and of answers turned |
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.attention.scores import ORDER, RUN, in_order, peaks, per_layer
from vitatlas.relations.das.reduce import SPLIT, together
from vitatlas.relations.vocabulary import CHECKPOINT

KEYS = ("fact", "model", "task", "setting", "split", "property", "method", "quantity", "layer")
COLUMNS = (*KEYS, "value", "sd", "runs", "n")
"""Mean over runs, their standard deviation (missing for one run), how many, and of how many examples each at least."""

ACCURACIES = (SPLIT, "test", "ood_shape", "ood_color", "ood_shape_color", "photoreal")
"""The splits on which accuracies are quoted: images that no training saw and no choice was made by."""
KINDS = ("behaviour", "photoreal_behaviour", "auxiliary", "attention", "das", "novel", "probe")
CHOICE = "val"
"""The split by which the best layer of interventions is chosen."""
MADE_SAME = "different-to-same"
ALPHA = 1  # the scale at which a probe's direction is as long as its weights


def numbers(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All facts, with the columns `COLUMNS`; what a row has no key for is missing.

    Args:
        tables: By kind of analysis table.

    Raises:
        UserError: A kind is missing.
    """
    lacking = [kind for kind in KINDS if kind not in tables]
    if lacking:
        problem = f"verdicts were made without tables of the kinds: {', '.join(lacking)}"
        raise UserError(
            problem, where="the numbers that documents quote", remedy="make them with the tier's own registry"
        )
    behaviour = pd.concat([tables["behaviour"], tables["photoreal_behaviour"]])
    parts = [
        _accuracy(behaviour).assign(fact="accuracy"),
        _accuracy(tables["auxiliary"]).rename(columns={"auxiliary": "method"}).assign(fact="auxiliary"),
        _attention(tables["attention"]).assign(fact="attention"),
        _interventions(tables["das"]).assign(fact="das"),
        _novel(tables["novel"], tables["das"]).assign(fact="novel"),
        _probes(tables["probe"]).assign(fact="probe"),
    ]
    given = pd.concat(parts, ignore_index=True).reindex(columns=[*KEYS, "run", "value", "n"])
    return _over_runs(given.astype({"layer": "Int64"}))


def _over_runs(given: pd.DataFrame) -> pd.DataFrame:
    by_key = given.groupby(list(KEYS), dropna=False, sort=False)
    found = by_key.agg(value=("value", "mean"), sd=("value", "std"), runs=("run", "nunique"), n=("n", "min"))
    return found.reset_index()[list(COLUMNS)].astype({"n": "Int64"})


def _accuracy(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[(table["metric"] == "accuracy") & (table["checkpoint"] == CHECKPOINT)]
    return rows[rows["split"].isin(ACCURACIES)]


def _attention(table: pd.DataFrame) -> pd.DataFrame:
    """The layers of the peaks, and whether they are in order, per run."""
    stars = peaks(per_layer(table[table["quantity"].isin(ORDER)]))
    ordered = in_order(stars)
    return pd.concat(
        [
            stars.assign(value=stars["layer"].astype(float))[[*RUN, "quantity", "value"]],
            ordered.assign(value=ordered["in_order"].astype(float), quantity="in order")[[*RUN, "quantity", "value"]],
        ]
    )


def _interventions(table: pd.DataFrame) -> pd.DataFrame:
    """Successes and errors; without models in which nothing was searched for."""
    rows = table[table["steps"] > 0]
    held_out, layers = rows[rows["split"] == SPLIT], [*RUN, "split", "property", "control", "layer"]
    same = held_out[held_out["direction"] == MADE_SAME]
    every = together(rows[rows["split"].isin([SPLIT, CHOICE])], layers)
    errors = together(same[same["control"] == "none"], [*RUN, "split", "property"])
    parts = [
        every.assign(value=every["accuracy"], quantity="success"),
        together(same, layers).rename(columns={"accuracy": "value"}).assign(quantity="made same"),
        errors.assign(value=errors["base_error"], quantity="errors"),
    ]
    return pd.concat(parts).rename(columns={"control": "method"})


def _novel(table: pd.DataFrame, interventions: pd.DataFrame) -> pd.DataFrame:
    """Pairs made the same, in models in which a subspace was searched for.

    Of pairs to become the same and different together, most vectors make them different, which tells nothing.
    """
    searched = interventions.loc[interventions["steps"] > 0, RUN].drop_duplicates()
    return table.merge(searched, on=RUN).assign(value=lambda rows: rows["made_same"], quantity="made same")


def _probes(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["pair"] == "mean") & (table["split"] == SPLIT) & table["alpha"].fillna(ALPHA).eq(ALPHA)]
