"""Writing a table: Markdown to read, LaTeX to include, CSV of the numbers; each with its provenance inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.artifacts.latex import latex_table, right_aligned, with_minus
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import write_text


def write_table(
    values: pd.DataFrame,
    layout: pd.DataFrame,
    notes: list[str],
    spec: ArtifactSpec,
    output: Mapping[str, Path],
    record: Mapping[str, Any],
) -> None:
    """Write the files `output` names: csv, md, tex.

    Args:
        values: The numbers, for the CSV.
        layout: The table as readers see it, all cells text.
        notes: Sentences below the table.
        record: The provenance.
    """
    layout = layout.map(with_minus)
    texts = {
        "csv": values.to_csv(index=False, lineterminator="\n"),
        "md": markdown(layout, notes, spec),
        "tex": latex_table(layout, notes, spec),
    }
    for form, text in texts.items():
        write_text(output[form], line(record, f".{form}") + text)


def markdown(layout: pd.DataFrame, notes: list[str], spec: ArtifactSpec) -> str:
    """The table in Markdown, with title, caption and notes."""
    rules = ["---:" if right else "---" for right in right_aligned(layout)]
    rows = [list(layout.columns), rules, *layout.to_numpy().tolist()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    below = "".join(f"\n{note}\n" for note in notes)
    return f"**{spec.number}. {spec.title}.** {spec.explanation}\n\n{table}\n{below}"
