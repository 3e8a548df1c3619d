"""Invariants of attention masses."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, Finished, beyond_shares

KINDS = ("attention", "photoreal_attention", "auxiliary_attention")
SINGLE = ("WP", "BG", "BP", "WO_direct")
"""Masses that are attention from one set of tokens to another, not sums of them."""

ROUNDING = 1e-5
"""The bound for masses that were summed up in single precision."""


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """One row per head, one column per quantity."""
    keys = [name for name in table.columns if name not in ("quantity", "value", "sem", "n")]
    return table.set_index([*keys, "quantity"])["value"].unstack()


@invariant(
    "masses sum to 1",
    "In every head, attention within objects, within the pair and to the background sum to 1.",
    source="the authors' definition of attention within objects",
    tables=KINDS,
    bound=ROUNDING,
)
def _sums(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows(*KINDS):
        wide = _wide(table)
        yield from (wide["WO"] + wide["WP"] + wide["BG"] - 1).abs()


@invariant(
    "global attention",
    "What heat maps show is attention within the pair plus attention to the background.",
    source="the authors' code",
    tables=KINDS,
    bound=ROUNDING,
)
def _global(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows(*KINDS):
        wide = _wide(table)
        yield from (wide["WP"] + wide["BG"] - wide["global"]).abs()


@invariant(
    "masses are shares",
    "Attention from one set of tokens to another is between 0 and 1.",
    source="rows of attention sum to 1",
    tables=KINDS,
    bound=ROUNDING,
)
def _shares(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows(*KINDS):
        found = table.loc[table["quantity"].isin(SINGLE), "value"]
        yield from beyond_shares(found)


@invariant(
    "attention images",
    "Attention is measured in as many images as the configuration says.",
    source=f"{AUTHORS}, section 3",
    tables=KINDS,
)
def _images(finished: Finished) -> Iterator[float]:
    expected = dict.fromkeys(KINDS, 2 * finished.expected.attention_images)
    expected["photoreal_attention"] = finished.expected.photoreal_images
    for kind, table in finished.rows(*KINDS):
        yield from (table.loc[table["pairs"] == "all", "n"] - expected[kind]).abs()


INVARIANTS = (_sums, _global, _shares, _images)
