"""The figures and tables that the page of a paper shows, from the files of a finished tier."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vitatlas.artifacts.files import kind_of
from vitatlas.artifacts.runs import runs_sentence
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.jobs.again import commands_for
from vitatlas.jobs.embedded import read_provenance
from vitatlas.report.claims import Claim
from vitatlas.report.costs import Cost, cost, disk, total
from vitatlas.report.images import Preview, preview
from vitatlas.report.lineage import Lineage
from vitatlas.report.spec import PageSpec
from vitatlas.report.texts import Grid, read_grid

LABELS = {".pdf": "PDF", ".png": "PNG", ".csv": "CSV", ".md": "Markdown", ".tex": "LaTeX"}
GROUPS = {"figure": ("figures", "figure{}"), "extra": ("extras", "figure{} of our own"), "table": ("tables", "table{}")}


@dataclass(frozen=True)
class Shown:
    """One figure or table on the page.

    Attributes:
        picture: Of a figure; `grid`, the cells, of a table.
        notes: Sentences about it alone, which are no remarks of its spec: below a table, and the number of runs.
        files: Path relative to the page by what the file is.
        command: The command that makes it, in a checkout like the page's; `again`, those that make it as it is, by its
            provenance.
        claims: The statements of the paper about it, with the verdicts.
        own: The cost of drawing it; `before`, that of all jobs before, shared with other artifacts or not.
        bytes: Size of its files; `tables_bytes`, of the tables that it is made from.
    """

    spec: AnyArtifactSpec
    picture: Preview | None
    grid: Grid | None
    notes: list[str]
    files: dict[str, str]
    command: str
    again: list[str]
    claims: list[Claim]
    own: Cost
    before: Cost
    bytes: int
    tables_bytes: int

    @property
    def name(self) -> str:
        """Its name within the paper."""
        return self.spec.artifact

    @property
    def label(self) -> str:
        """The number, or the words, that tell it from others of its kind."""
        _, _, rest = self.name.partition("_")
        return str(int(rest)) if rest.isdigit() else rest.replace("_", " ")

    @property
    def title(self) -> str:
        """Its name where there is little room."""
        return self.spec.number if self.label.isdigit() else f"{self.spec.number}: {self.label}"

    @property
    def memory_mb(self) -> float | None:
        """The most that its own job, or one before it, held."""
        return total([self.own, self.before]).memory_mb


@dataclass(frozen=True)
class Group:
    """Artifacts under one heading.

    Attributes:
        id: The anchor.
        name: What they are called, with braces for the s of several.
        word: A word before their labels that is not seen, but read out.
    """

    id: str
    name: str
    word: str
    items: list[Shown]

    @property
    def heading(self) -> str:
        """Their name, as of several."""
        return self.name.format("s").capitalize()

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        return f"{len(self.items)} {self.name.format('' if len(self.items) == 1 else 's')}"


class Collector:
    """Collects what is to be shown of each artifact.

    Args:
        results: The tier's folder.
        page: Where the page goes; links are relative to its folder.
        commit: Of the page.
    """

    def __init__(self, spec: PageSpec, results: Path, page: Path, commit: str):
        self._spec, self._results, self._page, self._commit = spec, results, page, commit
        self._lineage = Lineage(results / "benchmarks")

    def shown(self, artifacts: Sequence[Path], claims: Sequence[Claim]) -> list[Shown]:
        """The artifacts, in the order of their files.

        Args:
            artifacts: All their files, named after them.
            claims: Those of the paper.

        Raises:
            UserError: A CSV has no provenance, or a table or a benchmark file cannot be read.
        """
        files: dict[str, dict[str, Path]] = {}
        for path in artifacts:
            files.setdefault(path.stem, {})[LABELS[path.suffix]] = path
        return [self._shown(name, found, claims) for name, found in files.items()]

    def _shown(self, name: str, files: dict[str, Path], claims: Sequence[Claim]) -> Shown:
        is_table = kind_of(name) == "table"
        if not is_table:
            files = files | {"notebook": self._results / "notebooks" / self._spec.paper / f"{name}.ipynb"}
        record = read_provenance(files["CSV"])
        spec = AnyArtifactSpec.model_validate(record["spec"])
        grid = read_grid(files["Markdown"]) if is_table else None
        return Shown(
            spec=spec,
            picture=None if is_table else preview(files["PNG"]),
            grid=grid,
            notes=_notes(grid, spec, files["CSV"]),
            files={label: os.path.relpath(path, self._page.parent) for label, path in files.items()},
            command=self._spec.command.format(target=f"{self._spec.paper}_{name}"),
            again=commands_for(record, str(files["CSV"]), self._commit),
            claims=[claim for claim in claims if name in claim.artifacts],
            own=cost(self._lineage.of(record)),
            before=cost(self._lineage.before(record)),
            bytes=disk(files.values()),
            tables_bytes=disk(path for path in map(Path, record["inputs"]) if path.is_file()),
        )


def _notes(grid: Grid | None, spec: AnyArtifactSpec, csv: Path) -> list[str]:
    """The sentences about one artifact alone: those below a table, and the number of runs behind its numbers."""
    below = [note for note in grid.notes if note not in spec.remarks] if grid else []
    runs = runs_sentence(pd.read_csv(csv, comment="#", usecols=lambda column: column in ("model", "runs")), spec)
    return list(dict.fromkeys([*below, runs] if runs else below))


def groups(shown: Sequence[Shown]) -> list[Group]:
    """Figures of the paper, figures of our own, tables; no group without any."""
    found = []
    for word, (anchor, name) in GROUPS.items():
        items = [item for item in shown if item.name.startswith(f"{word}_")]
        found += [Group(anchor, name, f"{word.title()} ", items)] if items else []
    return found
