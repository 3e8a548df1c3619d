"""LaTeX of tables and of the captions of figures, for columns of 5.5 inches.

A table has small letters and cells of two lines where a line would be long. What is too wide all the same is made
smaller until it fits.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from vitatlas.artifacts.runs import runs_sentence
from vitatlas.artifacts.spec import ArtifactSpec

PACKAGES = ("booktabs", "makecell", "adjustbox")
"""The packages that a table needs."""

LINE, SHORT = 14, 8
"""Letters of a cell's line, and where there is little room; a longer cell is broken into two at a space."""

MOST = 104
"""Letters side by side, with two between columns, that fit 5.5 inches at 7 points; in wider tables lines are
short, and spreads stand below their means."""

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
    "−": "$-$",
    "×": r"$\times$",
    "→": r"$\rightarrow$",
    "↔": r"$\leftrightarrow$",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
}


def escape(text: str) -> str:
    """`text` as LaTeX shows it."""
    return "".join(_LATEX.get(character, character) for character in text)


def latex_table(layout: pd.DataFrame, notes: list[str], spec: ArtifactSpec[Any]) -> str:
    """The table in an environment of its own, with caption, label and notes.

    Args:
        layout: The table as readers see it, all cells text.
        notes: Sentences below it.
    """
    right = right_aligned(layout)
    rows = [_row(cells, right) for cells in broken(layout)]
    lines = [
        f"% needs \\usepackage{{{','.join(PACKAGES)}}}",
        r"\begin{table}",
        r"  \centering\footnotesize\setlength{\tabcolsep}{4pt}",
        *(f"  {line}" for line in caption_lines(spec)),
        r"  \begin{adjustbox}{max width=\linewidth}",
        rf"  \begin{{tabular}}{{@{{}}{''.join('r' if number else 'l' for number in right)}@{{}}}}",
        r"    \toprule",
        f"    {rows[0]}",
        r"    \midrule",
        *(f"    {row}" for row in rows[1:]),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"  \end{adjustbox}",
        *(rf"  \par\smallskip {escape(note)}" for note in notes),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def figure_caption(values: pd.DataFrame, spec: ArtifactSpec[Any]) -> str:
    """The caption of a figure and what must stand beside it, for a document to include.

    Args:
        values: The numbers drawn.
    """
    runs = runs_sentence(values, spec)
    return "\n".join(caption_lines(spec, *spec.remarks, *filter(None, [runs]))) + "\n"


def caption_lines(spec: ArtifactSpec[Any], *sentences: str) -> list[str]:
    """The caption of a figure or table and the label to refer to it, `relations:figure_03`.

    Args:
        sentences: What follows the caption.
    """
    text = " ".join([spec.explanation, *sentences])
    return [rf"\caption{{\textbf{{{escape(spec.title)}.}} {escape(text)}}}", rf"\label{{{spec.paper}:{spec.artifact}}}"]


def right_aligned(layout: pd.DataFrame) -> list[bool]:
    """Of each column, whether it is aligned to the right: every cell starts with a digit, or is empty."""
    return [all(cell[:1].isdigit() or cell == "–" for cell in layout[column]) for column in layout]


def broken(layout: pd.DataFrame) -> list[list[list[str]]]:
    """The lines of each cell, row by row; first those of the columns' names."""
    rows = [list(layout.columns), *layout.to_numpy().tolist()]
    cells = [[in_two_lines(cell) for cell in row] for row in rows]
    letters = sum(max(len(line) for cell in column for line in cell) + 2 for column in zip(*cells, strict=True))
    return cells if letters <= MOST else [[in_two_lines(cell, SHORT) for cell in row] for row in rows]


def in_two_lines(cell: str, line: int = LINE) -> list[str]:
    """The lines of a cell: what is in brackets stands below a number, or else its spread where lines are short; other
    text of more letters than `line` is broken at a space."""
    for mark in (" (", " ±") if line < LINE else (" (",):
        number, found, rest = cell.partition(mark)
        if found and number[:1].isdigit():
            return [number, mark[1:] + rest]
    words = cell.split(" ")
    if len(cell) <= line or len(words) == 1:
        return [cell]
    halves = [[" ".join(words[:place]), " ".join(words[place:])] for place in range(1, len(words))]
    return min(halves, key=lambda lines: max(map(len, lines)))


def with_minus(text: str) -> str:
    """`text` with minus signs, not hyphens, before numbers."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def _row(cells: list[list[str]], right: list[bool]) -> str:
    return " & ".join(_cell(cell, number) for cell, number in zip(cells, right, strict=True)) + r" \\"


def _cell(lines: list[str], right: bool) -> str:
    text = r"\\".join(map(escape, lines))
    return text if len(lines) == 1 else rf"\makecell[t{'r' if right else 'l'}]{{{text}}}"
