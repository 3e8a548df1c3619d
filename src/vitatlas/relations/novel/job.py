"""The job that asks whether a model compares novel representations, at every layer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.das.learned import load_operators
from vitatlas.relations.novel.spec import NovelSpec
from vitatlas.relations.novel.vectors import measure

COLUMNS = ["model", "task", "setting", "run", "layer", "property", "method", "split", "accuracy", "low", "high"]
COLUMNS += ["draws", "n", "made_same", "base_error", "subspace_size", "warning", "shared_below"]


def novel(job: Job[NovelSpec]) -> None:
    """Write the table of `novel.measure` for every run, with model, task, setting, run and split in front.

    Raises:
        UserError: Numbers of models, operators and runs differ; subspaces of another model; counterfactuals that do
            not belong to the job.
    """
    spec = job.spec
    models, operators = (one_per(job, name, spec.runs, "run") for name in ("models", "operators"))
    rows: list[dict[str, Any]] = []
    title = f"novel representations in {spec.name}, {spec.task} {spec.setting}"
    with Progress(len(models) * len(spec.properties), title, unit="property") as progress:
        for run, path, file in zip(spec.runs, models, operators, strict=True):
            prepared = Prepared(job, path, run)
            learned = load_operators(file, prepared.model.classifier.width, prepared.columns)
            for property in spec.properties:
                found = measure(
                    prepared.model,
                    prepared.examples(property, "val"),
                    prepared.examples(property, "test_iid"),
                    {item: two for item, two in learned.items() if (item.property, item.control) == (property, "none")},
                    batch=spec.batch,
                    draws=spec.draws,
                    novel_draws=spec.novel_draws,
                    shared=spec.shared,
                    seed=derive_seed(prepared.seed, "novel", property),
                )
                rows += [prepared.columns | {"split": "test_iid"} | row for row in found]
                progress.step(1)
    write_table(job, job.output.table, pd.DataFrame(rows).assign(shared_below=spec.shared_below)[COLUMNS])
