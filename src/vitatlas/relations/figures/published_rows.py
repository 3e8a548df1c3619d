"""Our numbers and the published ones of the same thing, under one another: what side-by-side figures draw."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import PanelSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.das.reduce import SPLIT, together
from vitatlas.relations.figures import das_rows, novel, probe
from vitatlas.relations.figures.das import ANALYSIS as INTERVENTIONS
from vitatlas.relations.figures.note import SHARED, shared_below, without_shared_spread
from vitatlas.relations.rows import rows_of
from vitatlas.relations.vocabulary import CHECKPOINT

OURS, PUBLISHED = "ours", "published"
NUMBER = "number"
PLACE = ["panel", "model", "paper_model", "task", "setting", "source", "part"]
NUMBERS = ["layer", "value", "sd", "runs", SHARED]
SPLITS = {
    "train": "Train",
    "test_iid": "Test",
    "ood_shape": "OOD shape",
    "ood_color": "OOD colour",
    "ood_shape_color": "OOD both",
}


@dataclass(frozen=True)
class Comparison:
    """The comparison of one analysis.

    Attributes:
        name: What messages call it.
        keys: The columns that tell the curves apart, or the points.
        only: The rows that are compared, as a query that both the analysis table and the published one understand.
        own: A column that the analysis table has and no other.
    """

    name: str
    keys: tuple[str, ...]
    only: str
    own: str


COMPARISONS = {
    "das": Comparison(INTERVENTIONS, ("property",), "control == 'none'", "control"),
    "novel": Comparison(novel.ANALYSIS, ("property", "method"), f"method in {novel.METHODS}", "method"),
    "probe": Comparison(
        probe.ANALYSIS,
        ("quantity",),
        f"quantity in {probe.QUANTITIES} and pair == '{probe.MEAN}' and split == '{SPLIT}'"
        " and (alpha == 1 or quantity == 'probe')",
        "pair",
    ),
    "behaviour": Comparison("behaviour", ("split",), f"split in {tuple(SPLITS)}", "metric"),
}


def panel_values(table: pd.DataFrame, index: int, panel: PanelSpec, analysis: str, seen_split: str) -> pd.DataFrame:
    """The numbers of one panel, ours and the published ones.

    Args:
        table: Rows of the analysis and of the published numbers, which alone have a column `analysis`.
        index: The panel's place in the figure.
        panel: Which model, task and setting, and which model of the paper.
        analysis: A name in `COMPARISONS`.
        seen_split: The split on which we measure the accuracy on seen combinations.

    Returns:
        Columns PLACE, the comparison's keys, NUMBERS: means and standard deviations (missing for one run, where
        published, and in layers whose weights all runs share) over runs, in rows of part `number`. Of ours, only curves
        and points that there are published numbers of; of a model at chance only `at chance`, its accuracy.

    Raises:
        UserError: There is nothing of ours, or nothing published.
    """
    comparison = COMPARISONS[analysis]
    known = _published(table[table["analysis"] == analysis], panel, comparison)
    of_ours = table[table["analysis"].isna()]
    low = chance_rows(of_ours, panel, seen_split)
    found = [low]
    if analysis == "behaviour" or low.empty:  # accuracies are what they are; what else is found there is not
        ours = _ours(of_ours, panel, comparison, seen_split)
        keys = list(comparison.keys)
        found.append(ours[ours.set_index(keys).index.isin(known.set_index(keys).index)])
    ours = pd.concat(found, ignore_index=True)
    both = pd.concat(
        [ours.assign(source=OURS, model=panel.model), known.assign(source=PUBLISHED, model=panel.paper_model)]
    )
    both = both.assign(panel=index, paper_model=panel.paper_model, task=panel.task, setting=panel.setting)
    return both.reindex(columns=[*PLACE, *comparison.keys, *NUMBERS]).astype({"layer": "Int64", "runs": "Int64"})


def _published(rows: pd.DataFrame, panel: PanelSpec, comparison: Comparison) -> pd.DataFrame:
    chosen = rows.query(
        f"model == '{panel.paper_model}' and task == '{panel.task}' and setting == '{panel.setting}' "
        f"and ({comparison.only})"
    )
    if chosen.empty:
        raise UserError(
            f"no published number of {comparison.name} for model '{panel.paper_model}', task '{panel.task}', "
            f"setting '{panel.setting}'",
            remedy="take that panel out of the registry, or enter the numbers in config/published",
        )
    return chosen[[*comparison.keys, "layer", "value"]].assign(part=NUMBER)


def _ours(rows: pd.DataFrame, panel: PanelSpec, comparison: Comparison, seen_split: str) -> pd.DataFrame:
    if comparison.name == "behaviour":
        found = rows_of(rows, panel).query(f"metric == 'accuracy' and checkpoint == '{CHECKPOINT}'")
        seen = found[found["split"] == seen_split].assign(split="test_iid")
        found = pd.concat([found[found["split"] != "test_iid"], seen]).query(comparison.only)
        keys = list(comparison.keys)
    else:
        found = das_rows.measured(rows, panel, comparison.own, comparison.name).query(comparison.only)
        keys = [*comparison.keys, "layer"]
    below = shared_below(found)
    if "accuracy" in found and found["accuracy"].notna().any():
        found = together(found, ["run", *keys]).rename(columns={"accuracy": "value"})
    numbers = found.groupby(keys)["value"].agg(value="mean", sd="std", runs="count").reset_index()
    numbers = numbers.assign(part=NUMBER, layer=numbers["layer"] if "layer" in keys else float("nan"))
    return without_shared_spread(numbers, below)
