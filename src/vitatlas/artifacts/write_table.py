"""Writing a table: Markdown to read, LaTeX to include, CSV of the numbers; each with its provenance inside."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import write_text

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "†": r"$\dagger$",
    "–": "--",
    "×": r"$\times$",
}


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
    texts = {
        "csv": values.to_csv(index=False, lineterminator="\n"),
        "md": markdown(layout, notes, spec),
        "tex": latex(layout, notes, spec),
    }
    for form, text in texts.items():
        write_text(output[form], line(record, f".{form}") + text)


def markdown(layout: pd.DataFrame, notes: list[str], spec: ArtifactSpec) -> str:
    """The table in Markdown, with title, caption and notes."""
    rows = [list(layout.columns), _rules(layout), *layout.to_numpy().tolist()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    below = "".join(f"\n{note}\n" for note in notes)
    return f"**{spec.number}. {spec.title}.** {spec.caption}\n\n{table}\n{below}"


def latex(layout: pd.DataFrame, notes: list[str], spec: ArtifactSpec) -> str:
    """The table in LaTeX, for the package booktabs."""
    rows = [" & ".join(map(escape, row)) + r" \\" for row in [list(layout.columns), *layout.to_numpy().tolist()]]
    lines = [
        "% needs \\usepackage{booktabs}",
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{\textbf{{{escape(spec.title)}.}} {escape(spec.caption)}}}",
        rf"  \label{{{spec.paper}:{spec.artifact}}}",
        rf"  \begin{{tabular}}{{{''.join('r' if _is_number(column, layout) else 'l' for column in layout)}}}",
        r"    \toprule",
        f"    {rows[0]}",
        r"    \midrule",
        *(f"    {row}" for row in rows[1:]),
        r"    \bottomrule",
        r"  \end{tabular}",
        *(rf"  \par\smallskip{{\footnotesize {escape(note)}}}" for note in notes),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """`text` as LaTeX shows it."""
    return "".join(_LATEX.get(character, character) for character in text)


def _rules(layout: pd.DataFrame) -> list[str]:
    return ["---:" if _is_number(column, layout) else "---" for column in layout]


def _is_number(column: Hashable, layout: pd.DataFrame) -> bool:
    """Whether the column is aligned to the right: every cell starts with a digit, or is empty."""
    return all(cell[:1].isdigit() or cell == "–" for cell in layout[column])
