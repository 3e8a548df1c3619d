"""What a figure looks like, for tests that compare two; and its values, back from its CSV."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from vitatlas.artifacts.write import csv_text, read_values
from vitatlas.papers import papers


def pixels(figure):
    """The bytes of a small PNG of the figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=60)
    return buffer.getvalue()


def from_csv(values: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The values of a figure of the paper `relations`, written to a CSV in the folder, and read again."""
    path = folder / "values.csv"
    path.write_text("# provenance\n" + csv_text(values))
    return read_values(path, papers()["relations"].column_types)
