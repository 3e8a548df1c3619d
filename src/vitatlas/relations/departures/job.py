"""The job that compares each departure of the reference code with the corrected protocol, in the models of one cell."""

from __future__ import annotations

import shutil

import pandas as pd

from vitatlas.jobs import Job, one_per_seed
from vitatlas.progress import Progress
from vitatlas.relations.departures.finished import Row
from vitatlas.relations.departures.run import DeparturesJob, Run
from vitatlas.training.checkpoint import StopRequest
from vitatlas.training.outputs import write_table

COLUMNS = ["model", "task", "setting", "seed", "departure", "protocol", "quantity", "value", "n"]
FILES = ("models", "operators", "interventions", "metrics")


def departures(job: Job[DeparturesJob]) -> None:
    """Write the table of comparisons.

    Inputs: `models`, `operators`, `interventions` (both as the searches wrote them) and `metrics` (of fine-tuning),
    each in the order of `seeds`; the counterfactual sets `shape_train`, `shape_val`, `shape_test_iid`, and of color;
    for a spec with `probe` the scene tables `train` and `test_iid`, and `probes`, the table of the cell's probes.
    Output: `table`, with the columns `COLUMNS`.

    Raises:
        UserError: Numbers of files and seeds differ; files of another run; a subspace or a measured value is missing;
            counterfactuals that do not belong to the job.
        SystemExit: Stopped by a signal; finished searches are kept.
    """
    spec = job.spec
    files = [one_per_seed(job, name, spec.seeds) for name in FILES]
    folder = job.output.table.with_name(f".{job.output.table.stem}.items")
    rows: list[Row] = []
    title = f"departures in {spec.name}, {spec.task} {spec.setting}"
    with StopRequest() as stop, Progress(len(spec.seeds), title, unit="run") as progress:
        for number, (seed, *paths) in enumerate(zip(spec.seeds, *files, strict=True)):
            run = Run(job, seed, *paths)
            found = run.normalisation(folder / str(seed), stop) if number < (spec.runs or len(spec.seeds)) else []
            found += run.mode() + run.novel_draws() + run.sites() + run.seen_accuracy()
            rows += [run.columns | row for row in found]
            progress.step(1)
    write_table(job.output.table, pd.DataFrame(rows)[COLUMNS])
    shutil.rmtree(folder, ignore_errors=True)
