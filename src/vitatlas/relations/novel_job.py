"""The job that asks whether a model compares novel representations, at every layer."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import Field

from vitatlas.config.protocol import Switch
from vitatlas.jobs import Job, one_per_seed
from vitatlas.progress import Progress
from vitatlas.relations.das.job import Cell, Prepared
from vitatlas.relations.das.learned import load_operators
from vitatlas.relations.novel import measure
from vitatlas.seeds import derive_seed
from vitatlas.training.outputs import write_table

COLUMNS = ["model", "task", "setting", "seed", "layer", "property", "method", "split", "accuracy", "low", "high"]
COLUMNS += ["draws", "n", "made_same", "base_error", "subspace_size", "warning"]


class NovelJob(Cell):
    """All seeds of one cell; for the others see `novel.measure`."""

    seeds: list[int] = Field(min_length=1)
    properties: list[str] = Field(min_length=1)
    batch: int = Field(gt=0)
    draws: int = Field(ge=2)
    shared: int = Field(gt=0)
    novel_draws: Switch = "corrected"


def novel(job: Job[NovelJob]) -> None:
    """Write the table of `novel.measure` for every seed, with model, task, setting, seed and split in front.

    Inputs: `models` and `operators` (as the searches wrote them), both in the order of `seeds`, and the counterfactual
    sets `shape_val`, `shape_test_iid`, `color_val`, `color_test_iid`. Output: `table`.

    Raises:
        UserError: Numbers of models, operators and seeds differ; subspaces of another model; counterfactuals that do
            not belong to the job.
    """
    spec = job.spec
    models, operators = (one_per_seed(job, name, spec.seeds) for name in ("models", "operators"))
    rows: list[dict[str, Any]] = []
    title = f"novel representations in {spec.name}, {spec.task} {spec.setting}"
    with Progress(len(models) * len(spec.properties), title, unit="property") as progress:
        for seed, path, file in zip(spec.seeds, models, operators, strict=True):
            prepared = Prepared(job, path, seed)
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
    write_table(job.output.table, pd.DataFrame(rows)[COLUMNS])
