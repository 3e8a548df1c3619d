"""The job that lists every figure and table: what is made, what is not made yet and why, what another tier makes."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from vitatlas.artifacts.files import artifact_files
from vitatlas.jobs import embedded
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.report.page import render
from vitatlas.report.spec import MADE, CoverageSpec, PaperRows, Row


@dataclass(frozen=True)
class Line:
    """One row with what a reader does with it.

    Attributes:
        target: What Snakemake is asked for.
        command: What makes it; empty unless made.
        files: Path by format, relative to the tier's folder; empty unless made.
    """

    row: Row
    target: str
    command: str
    files: dict[str, str]


def coverage_page(job: Job[CoverageSpec]) -> None:
    """Write the page of all papers, as Markdown and as one HTML file that loads nothing else. Input `template`; outputs
    `md`, `html`."""
    heading = f"Coverage of the tier “{job.spec.tier}”"
    papers = [(paper, _lines(paper, job.spec.command)) for paper in job.spec.papers]
    record = record_of(job, job.output.md)
    text = f"# {heading}\n" + "".join(_markdown(*paper) for paper in papers)
    write_text(job.output.md, embedded.line(record, ".md") + text)
    shown = {"heading": heading, "papers": papers, "provenance": Markup(embedded.html_element(record))}
    write_text(job.output.html, render([job.input.template], job.input.template.name, **shown))


def _lines(paper: PaperRows, command: str) -> list[Line]:
    return [_line(paper.paper, row, command) for row in paper.rows]


def _line(paper: str, row: Row, command: str) -> Line:
    target = f"{paper}_{row.name}"
    if row.state != MADE:
        return Line(row, target, "", {})
    return Line(row, target, command.format(target=target), artifact_files(paper, row.name, "."))


def _markdown(paper: PaperRows, lines: list[Line]) -> str:
    text = [f"\n## {paper.title}\n", f"{paper.reference}. {'. '.join(paper.sentences)}.\n"]
    text += ["| | title | section | state | files |", "|---|---|---|---|---|"]
    for line in lines:
        row = line.row
        state = " ".join(filter(None, [f"**{row.state}**", line.command and f"`{line.command}`", row.remark]))
        reading = f" *(our reading: {row.reading})*" if row.reading else ""
        files = " · ".join(f"[{form}]({path})" for form, path in line.files.items())
        text.append(f"| {row.number} | {row.title}{reading} | {row.section} | {state} | {files} |")
    return "\n".join(text) + "\n"
