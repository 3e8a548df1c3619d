"""Writing what was found: numbers, and the pictures that are shown, in one table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vitatlas.components.retrieve.spec import ByPictureSpec, ByTextSpec
from vitatlas.components.retrieve.thumbnails import thumbnails
from vitatlas.components.store.read import Contributions
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table


def write_found(
    job: Job[ByTextSpec] | Job[ByPictureSpec],
    parts: Sequence[pd.DataFrame],
    part: Contributions,
    columns: Sequence[str],
) -> None:
    """Write the table, with a PNG in every row that names a picture.

    Args:
        job: Which found them.
        parts: Rows, with the columns that each kind has.
        part: The pictures that were searched.
        columns: Of the table, beside model and run.

    Raises:
        UserError: A picture cannot be made again.
    """
    spec, table = job.spec, pd.concat([rows for rows in parts if len(rows)], ignore_index=True)
    shown = part.pictures[part.pictures["picture"].isin(table["picture"])]
    table["png"] = table["picture"].map(thumbnails(shown, spec.pictures, job.input.all("index")))
    table = table.reindex(columns=list(columns)).astype({"right": "boolean"}).assign(model=spec.name, run=spec.run)
    write_table(job, job.output.table, table, model=spec.name, run=spec.run)
