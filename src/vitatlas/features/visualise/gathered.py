"""The job that puts visualisations, or what they are worth, into one table: galleries are drawn without a model.
Imports no torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.visualise.gathered_spec import GatheredSpec
from vitatlas.images import png
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table

REMEDY = "delete it with what lies beside it, and make both again"


def gathered_table(job: Job[GatheredSpec]) -> None:
    """Write the rows of all tables, with the column `image` (PNG) where there are pictures.

    Raises:
        UserError: A table is of another model, or not of its pictures.
    """
    spec = job.spec
    tables, images = job.input.all("tables"), job.input.all("images")
    found = []
    for number, place in enumerate(tables):
        table = _of_model(place, spec.model)
        found.append(_with_images(table, images[number], spec.side) if images else table)
    write_table(job, job.output.table, pd.concat(found, ignore_index=True), model=spec.model)


def _of_model(place: Path, model: str) -> pd.DataFrame:
    table = pd.read_parquet(place)
    if set(table["model"]) != {model}:
        others = ", ".join(sorted(set(table["model"])))
        raise UserError(f"values of {others}, wanted are those of {model}", where=place, remedy=REMEDY)
    return table


def _with_images(table: pd.DataFrame, place: Path, side: int) -> pd.DataFrame:
    pictures = np.load(place, mmap_mode="r", allow_pickle=False)
    if len(table) != len(pictures):
        raise UserError(f"{len(pictures)} pictures for {len(table)} rows", where=place, remedy=REMEDY)
    return table.assign(image=[png.small(picture, side) for picture in pictures])
