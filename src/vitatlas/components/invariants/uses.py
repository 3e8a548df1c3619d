"""Invariants of what components are used for, and of the decomposition itself."""

from __future__ import annotations

from collections.abc import Iterable

from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

EXACT = {"float64": 1e-12, "float32": 5e-6}
"""Largest error of the sum, as a share of the length of the representation."""


@invariant(
    "components sum to the representation",
    "In every model and under every policy, the sum of components is the representation: to 1e-12 of its length in "
    "double precision, to 5e-6 in single.",
    source="section 3",
    tables=("exactness",),
    bound=1,
)
def _exact(finished: Finished) -> Iterable[float]:
    for table in finished.of("exactness"):
        ours = table[(table["quantity"] == "sum") & (table["layernorm"] == "corrected")]
        yield from ours["value"] / ours["precision"].map(EXACT)


@invariant(
    "tokens sum to heads",
    "The shares of a head's input tokens sum to the head's own, to 1e-11 in double precision.",
    source="section 3",
    tables=("exactness",),
    bound=1e-11,
)
def _tokens(finished: Finished) -> Iterable[float]:
    for table in finished.of("exactness"):
        tokens = (table["quantity"] == "tokens") & (table["precision"] == "float64")
        yield from table.loc[tokens, "value"]


@invariant(
    "the average is that of the groups",
    "The average group accuracy is the mean of the four, and the worst their minimum.",
    source="tables 3 and 6",
    tables=("removal",),
    bound=1e-9,
)
def _groups(finished: Finished) -> Iterable[float]:
    for table in finished.of("removal"):
        keys = ["run", "head", "control", "draw", "k", "moment"]
        wide = table.pivot_table(index=keys, columns="group", values="value")
        four = wide.drop(columns=["worst", "average"])
        yield from (wide["average"] - four.mean(axis=1)).abs()
        yield from (wide["worst"] - four.min(axis=1)).abs()


@invariant(
    "nothing ablated, nothing lost",
    "At step 0 both orders of ablation give the same accuracy, and at the last step all pictures get one answer.",
    source="section 5",
    tables=("ablation",),
    bound=1e-9,
)
def _ablation(finished: Finished) -> Iterable[float]:
    for table in finished.of("ablation"):
        for _, rows in table.groupby("run"):
            ends = rows.groupby("start")["value"].agg(["first", "last"])
            yield float(ends["first"].max() - ends["first"].min())
            yield max(0.0, float(ends["last"].max() - rows["chance"].max()))


@invariant(
    "shares are shares",
    "Precision, average precision and the fit of segmentations lie between 0 and 1.",
    source="their definitions",
    tables=("by_text", "by_picture", "heatmaps", "segmentation"),
)
def _shares(finished: Finished) -> Iterable[float]:
    wanted = {
        "by_text": ("precision", "column", "third", "can"),
        "by_picture": ("precision",),
        "heatmaps": ("average_precision",),
        "segmentation": ("pixacc", "miou", "map", "accuracy"),
    }
    for kind, quantities in wanted.items():
        for table in finished.of(kind):
            found = table.loc[table["quantity"].isin(quantities), "value"].dropna()
            yield from (found - 1).clip(lower=0)
            yield from (-found).clip(lower=0)


INVARIANTS: tuple[Invariant[Finished], ...] = (_exact, _tokens, _groups, _ablation, _shares)
