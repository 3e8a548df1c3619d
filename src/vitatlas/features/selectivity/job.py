"""The job that measures what the features of one encoder respond to, on scores of pictures with known attributes.

Attributes are ranked against scores in one pass over blocks of units. The null is measured on some units of each layer,
with the attributes of pictures shuffled; that of `between_kinds` on all units, with categories shuffled between kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.config.selectivity import Selectivity
from vitatlas.features.selectivity.attributes import CATEGORY, KIND, Attribute, attributes_of
from vitatlas.features.selectivity.kinds import between_words, groupings, groups_of
from vitatlas.features.selectivity.layers import as_row, by_layer
from vitatlas.features.selectivity.measure import Measures, in_blocks
from vitatlas.features.selectivity.null import LEVEL, chosen, lines, permuted, shuffles
from vitatlas.features.selectivity.progression import progression
from vitatlas.features.selectivity.read import Columns, columns_of
from vitatlas.features.selectivity.spec import SelectivitySpec
from vitatlas.features.top.spec import BY
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.statistics.bootstrap import bootstrap_mean

UNIT = ["site", "layer", "unit"]


def feature_selectivity(job: Job[SelectivitySpec]) -> None:
    """Write what each unit responds to, and the sums over layers.

    `units`: model, run, site, layer, unit, by, attribute, best, auc, signed, c, strata, c_largest, c_largest_of, eta2,
    entropy. `layers`: model, run, site, layer, by, attribute, quantity, value, low, high, null, n.

    Raises:
        UserError: Files that do not fit each other; scores that are not finite; pictures of which nothing is known.
    """
    spec = job.spec
    scores = columns_of(job.input.scores, job.input.units, job.input.pictures, spec.part, spec.settings.sites)
    attributes = attributes_of(scores.pictures, spec.settings.attributes)
    two_signs = ~scores.units["site"].isin(spec.one_sign).to_numpy()
    about: dict[str, Any] = {"model": spec.name, "run": spec.run}
    seed = derive_seed(spec.seed, spec.name, spec.run)
    units, words = _measured(scores, attributes, two_signs, spec.settings, seed)
    nulls = _nulls(scores, attributes, two_signs, spec.settings, seed)
    layers = [by_layer(units, nulls, spec.settings, seed), progression(units, spec.settings.draws, seed)]
    layers.append(_between_kinds(words, spec.settings, seed))
    write_table(job, job.output.units, units.assign(**about), **about)
    write_table(job, job.output.layers, pd.concat(layers, ignore_index=True).assign(**about), **about)


def _measured(
    scores: Columns, attributes: Sequence[Attribute], two_signs: np.ndarray, settings: Selectivity, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per unit, `by` and attribute; and per unit and `by`, the shares between kinds of all groupings."""
    found, shares = [], []
    named = {a.name: a for a in attributes}
    shuffled = _groupings(named, settings.permutations, seed)
    with Progress(len(scores.units), "selectivity", unit="unit") as progress:
        for columns, block in scores.blocks():
            for within in in_blocks(block[..., 0]):
                of = scores.units.iloc[columns].iloc[within][UNIT]
                for n, by in enumerate(BY):
                    measures = Measures(block[:, within, n], two_signs[columns][within], settings.fewest, settings.top)
                    tables = measures.tables(attributes).items()
                    found += [
                        of.assign(by=by, attribute=name).join(table.set_index(of.index)) for name, table in tables
                    ]
                    if shuffled is not None:
                        words = between_words(measures.centred, named[CATEGORY], shuffled)
                        shares.append(of.assign(by=by).join(pd.DataFrame(words.T, of.index)))
                progress.step(len(of))
    return _in_order(found), _in_order(shares)


def _in_order(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the numbers of units as their index, as one in the order of units, however these were divided."""
    return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True) if tables else pd.DataFrame()


def _groupings(named: dict[str, Attribute], count: int, seed: int) -> np.ndarray | None:
    if KIND not in named or CATEGORY not in named:
        return None
    return groupings(groups_of(named[CATEGORY], named[KIND]), count, derive_seed(seed, "groupings"))


def _nulls(
    scores: Columns, attributes: Sequence[Attribute], two_signs: np.ndarray, settings: Selectivity, seed: int
) -> pd.DataFrame:
    """The null lines by site, layer, `by` and attribute."""
    columns = chosen(scores.units, settings.permuted, seed)
    of = scores.units.iloc[columns]
    numbers = of.groupby(["site", "layer"], sort=False).ngroup().to_numpy()
    names = of.assign(number=numbers).drop_duplicates("number").set_index("number")[["site", "layer"]]
    orders, block = shuffles(len(scores.pictures), settings.permutations, seed), scores.of(columns)
    needed = (settings.fewest, settings.top, settings.selective)
    parts = []
    for n, by in enumerate(BY):
        shuffled = permuted(block[..., n], two_signs[columns], numbers, attributes, orders, needed)
        found = lines(shuffled, attributes).rename(columns={"layer": "number"})
        parts.append(found.join(names, on="number").assign(by=by))
    return pd.concat(parts, ignore_index=True)


def _between_kinds(words: pd.DataFrame, settings: Selectivity, seed: int) -> pd.DataFrame:
    """The share of the variance between categories that lies between kinds: mean over the units of each layer."""
    rows = []
    if len(words):
        for key, some in words.groupby(["site", "layer", "by"], sort=False):
            values = some.drop(columns=[*UNIT, "by"]).to_numpy()
            of = bootstrap_mean(values[:, 0], settings.draws, derive_seed(seed, "kinds", *key))
            line = float(np.quantile(np.nanmean(values[:, 1:], axis=0), LEVEL)) if of.n else np.nan
            names = dict(zip(("site", "layer", "by"), key, strict=True))
            rows.append(as_row("between_kinds", of, line) | names | {"attribute": KIND})
    return pd.DataFrame(rows)
