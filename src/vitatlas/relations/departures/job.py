"""The job that compares each departure of the reference code with the corrected protocol, in the models of one cell."""

from __future__ import annotations

import shutil

import pandas as pd

from vitatlas.jobs.checkpoint import StopRequest
from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.tables import write_table
from vitatlas.relations.departures.finished import Row
from vitatlas.relations.departures.run import Run
from vitatlas.relations.departures.spec import DeparturesSpec

COLUMNS = ["model", "task", "setting", "run", "departure", "protocol", "quantity", "value", "n"]
FILES = ("models", "operators", "interventions", "metrics")


def departures(job: Job[DeparturesSpec]) -> None:
    """Write the table of comparisons, with the columns `COLUMNS`.

    Raises:
        UserError: Numbers of files and runs differ; files of another run; a subspace or a measured value is missing;
            counterfactuals that do not belong to the job.
        SystemExit: Stopped by a signal; finished searches are kept.
    """
    spec = job.spec
    files = [one_per(job, name, spec.runs, "run") for name in FILES]
    folder = job.output.table.with_name(f".{job.output.table.stem}.items")
    rows: list[Row] = []
    title = f"departures in {spec.name}, {spec.task} {spec.setting}"
    with StopRequest() as stop, Progress(len(spec.runs), title, unit="run") as progress:
        for place, (number, *paths) in enumerate(zip(spec.runs, *files, strict=True)):
            run = Run(job, number, *paths)
            found = (
                run.normalisation(folder / str(number), stop) if place < (spec.search_runs or len(spec.runs)) else []
            )
            found += run.mode() + run.novel_draws() + run.sites() + run.seen_accuracy()
            rows += [run.columns | row for row in found]
            progress.step(1)
    write_table(job, job.output.table, pd.DataFrame(rows)[COLUMNS])
    shutil.rmtree(folder, ignore_errors=True)
