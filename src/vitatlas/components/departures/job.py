"""The job that compares each departure of the reference code with the corrected protocol, all else being equal.

What depends on a switch is computed anew under both; the decomposition's error, and heads chosen in the other way, are
in the tables that are there anyway.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.components.departures.spec import DeparturesSpec
from vitatlas.components.removal.job import removal
from vitatlas.components.retrieve.by_picture import retrieval_by_picture
from vitatlas.components.retrieve.by_text import retrieval_by_text
from vitatlas.jobs.job import Files, Job
from vitatlas.jobs.tables import write_table

COLUMNS = ["departure", "protocol", "quantity", "feature", "value", "n"]
PROTOCOLS = ("corrected", "reference")
ALL = "all"
"""In the place of a feature, where none is meant."""


def departures(job: Job[DeparturesSpec]) -> None:
    """Write the table of comparisons: model, run and `COLUMNS`.

    Raises:
        UserError: As of the jobs that are compared.
    """
    spec = job.spec
    found = pd.concat([*_layernorm(job), *_heatmaps(job), *_switched(job)], ignore_index=True)[COLUMNS]
    write_table(job, job.output.table, found.assign(model=spec.name, run=spec.run), model=spec.name, run=spec.run)


def _layernorm(job: Job[DeparturesSpec]) -> Iterator[pd.DataFrame]:
    table = pd.read_parquet(job.input.exactness)
    rows = table[(table["quantity"] == "sum") & (table["policy"] == "separate") & (table["precision"] == "float64")]
    for protocol, part in rows.groupby("layernorm", sort=False):
        row = {"departure": "layernorm", "protocol": protocol, "quantity": "error of the sum", "feature": ALL}
        yield pd.DataFrame([row | {"value": part["value"].mean(), "n": len(part)}])


def _heatmaps(job: Job[DeparturesSpec]) -> Iterator[pd.DataFrame]:
    table = pd.read_parquet(job.input.heatmaps)
    rows = table[table["quantity"] == "average_precision"]
    for control, protocol in zip(("none", "other_heads"), PROTOCOLS, strict=True):
        part = rows.loc[rows["control"] == control, ["feature", "value", "n"]]
        quantity = "average precision of heat-maps"
        yield part.assign(departure="heatmap_selection", protocol=protocol, quantity=quantity)


def _switched(job: Job[DeparturesSpec]) -> Iterator[pd.DataFrame]:
    spec = job.spec
    inputs = {name: job.input.all(name) for name in job.input.names()}
    for protocol in PROTOCOLS:
        reference = protocol == "reference"
        by_text = spec.by_text.model_copy(update={"similarity": "dot" if reference else "cosine"})
        table = _table(job, retrieval_by_text, by_text, inputs)
        yield _rows(table[(table["quantity"] == "column") & (table["column"] == 0)], "similarity", protocol)
        by_picture = spec.by_picture.model_copy(update={"gap": protocol})
        table = _table(job, retrieval_by_picture, by_picture, inputs)
        own = table[(table["quantity"] == "precision") & (table["by"] == table["feature"])]
        yield _rows(own, "gap", protocol)
        part = spec.removal.test if reference else spec.removal.selection
        chosen = spec.removal.model_copy(update={"selection": part})
        table = _table(job, removal, chosen, inputs | {"contributions": inputs["birds"]})
        kept = table[table["reported"] & (table["control"] == "chosen")]
        yield from _groups(kept, protocol)


def _table(
    job: Job[DeparturesSpec], compute: Callable[[Job[Any]], None], spec: Any, inputs: dict[str, list[Path]]
) -> pd.DataFrame:
    """The table that a job writes, under another spec."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        files = {name: inputs[name] for name in inputs if name not in ("birds", "exactness", "heatmaps")}
        compute(replace(job, spec=spec, input=Files(files, "input"), output=Files({"table": [path]}, "output")))
        return pd.read_parquet(path)


def _rows(table: pd.DataFrame, departure: str, protocol: str) -> pd.DataFrame:
    found = table[["feature", "value", "n"]]
    quantity = {"similarity": "pictures by text, first column", "gap": "pictures by picture"}[departure]
    return found.assign(departure=departure, protocol=protocol, quantity=quantity)


def _groups(table: pd.DataFrame, protocol: str) -> Iterator[pd.DataFrame]:
    for group, name in (("worst", "worst group after removal"), ("average", "groups after removal, average")):
        part = table[table["group"] == group]
        row = {"departure": "removal_selection", "protocol": protocol, "quantity": name, "feature": ALL}
        yield pd.DataFrame([row | {"value": part["value"].mean(), "n": part["n"].min()}])
