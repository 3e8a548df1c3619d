"""Reading what other jobs wrote for people: Markdown tables, and CSVs with the provenance in their first line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vitatlas.errors import UserError


@dataclass(frozen=True)
class Grid:
    """A table as readers see it, all cells text.

    Attributes:
        numeric: Of each column, whether it is aligned to the right.
        notes: Sentences below it.
    """

    columns: list[str]
    numeric: list[bool]
    rows: list[list[str]]
    notes: list[str]


def read_grid(path: Path) -> Grid:
    """The table in a Markdown file, as `vitatlas.artifacts.write_table.markdown` writes it.

    Raises:
        UserError: There is none.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    inside = [number for number, line in enumerate(lines) if line.startswith("|")]
    if len(inside) < 2:
        raise UserError("no table in this file", where=path, remedy=f"make it anew: rm {path}")
    head, rules, *rows = (_cells(lines[number]) for number in inside)
    notes = [line for line in lines[inside[-1] + 1 :] if line.strip()]
    return Grid(head, [rule.endswith(":") for rule in rules], rows, notes)


def read_statements(path: Path) -> dict[str, str]:
    """The statement of each line of `verdicts/<paper>.csv`, by its id.

    Raises:
        UserError: A column is missing.
    """
    return {row["id"]: row["statement"] for row in read_rows(path, ("id", "statement"))}


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The lines of a CSV as text, by column.

    Raises:
        UserError: A column is missing.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        lines = (line for number, line in enumerate(handle) if number or not line.startswith("#"))
        table = csv.DictReader(lines)
        missing = [name for name in columns if name not in (table.fieldnames or ())]
        if missing:
            raise UserError(f"no column {', '.join(missing)}", where=path, remedy=f"make it anew: rm {path}")
        return list(table)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
