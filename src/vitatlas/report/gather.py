"""Everything that the page of a paper shows, from the files of a finished tier."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vitatlas.artifacts.coverage import MADE, Row, command, rows
from vitatlas.artifacts.provenance import read_provenance
from vitatlas.artifacts.registry import Artifact, Registry, artifact_spec, inputs, outputs, resolve
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.config.models import ModelZoo
from vitatlas.identify.again import commands_for
from vitatlas.report.claims import Claim
from vitatlas.report.costs import Cost, cost, disk, total
from vitatlas.report.images import Preview, preview
from vitatlas.report.lineage import Lineage
from vitatlas.report.spec import PageSpec
from vitatlas.report.texts import Grid, read_grid

LABELS = {"pdf": "PDF", "png": "PNG", "csv": "CSV", "md": "Markdown", "tex": "LaTeX"}
GROUPS = {"figure": ("figures", "Figures"), "extra": ("extras", "Figures of our own"), "table": ("tables", "Tables")}


@dataclass(frozen=True)
class Shown:
    """One figure or table on the page.

    Attributes:
        picture: Of a figure; `grid`, the cells, of a table.
        files: Path relative to the page by what the file is.
        command: What makes it, in a checkout like the page's; `again`, what makes it as it is, by its provenance.
        claims: What the paper says about it, with the verdicts.
        own: What drawing it took; `before`, all jobs before that, shared with other artifacts or not.
        bytes: Size of its files; `tables_bytes`, of the tables that it is made from.
    """

    spec: ArtifactSpec
    picture: Preview | None
    grid: Grid | None
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
        """Its target."""
        return self.spec.artifact

    @property
    def label(self) -> str:
        """What tells it from others of its kind: the number, or a word."""
        _, _, rest = self.name.partition("_")
        return str(int(rest)) if rest.isdigit() else rest.replace("_", " ")

    @property
    def title(self) -> str:
        """What it is called where there is little room."""
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
        word: What stands before their labels where it is not seen, but read out.
    """

    id: str
    heading: str
    word: str
    items: list[Shown]


class Gatherer:
    """Collects what is to be shown of each artifact.

    Args:
        registry: The paper.
        results: The tier's folder.
        page: Where the page goes; links are relative to its folder.
        commit: Of the page.
    """

    def __init__(self, registry: Registry, zoo: ModelZoo, spec: PageSpec, results: Path, page: Path, commit: str):
        self._registry, self._zoo, self._spec = registry, zoo, spec
        self._results, self._page, self._commit = results, page, commit
        self._lineage = Lineage(results / "benchmarks", zoo)

    def shown(self, claims: Sequence[Claim]) -> list[Shown]:
        """The artifacts that the tier makes.

        Raises:
            UserError: A table or a benchmark file cannot be read, or a file has no provenance.
        """
        made = self._registry.in_tier(self._spec.tier)
        return [self._shown(resolve(artifact, self._spec.stand_ins), claims) for artifact in made]

    def missing(self) -> list[Row]:
        """What the tier does not make, and why."""
        every = rows(self._registry, self._zoo, self._spec.tier, self._spec.stand_ins)
        return [row for row in every if row.state != MADE]

    def _shown(self, artifact: Artifact, claims: Sequence[Claim]) -> Shown:
        spec = artifact_spec(artifact, self._zoo, self._spec.tier, self._spec.departures)
        files = self._files(artifact)
        tables = [Path(path) for path in inputs(artifact, str(self._results), self._zoo)]
        benchmarks = self._results / "benchmarks" / f"{artifact.kind}s" / artifact.paper / f"{artifact.name}.tsv"
        return Shown(
            spec=ArtifactSpec.model_validate(spec),
            picture=preview(files["PNG"]) if artifact.kind == "figure" else None,
            grid=read_grid(files["Markdown"]) if artifact.kind == "table" else None,
            files={label: os.path.relpath(path, self._page.parent) for label, path in files.items()},
            command=command(artifact.name, self._spec.tier),
            again=commands_for(read_provenance(files["CSV"]), str(files["CSV"]), self._commit),
            claims=[claim for claim in claims if artifact.name in claim.artifacts],
            own=cost(path for path in [benchmarks] if path.exists()),
            before=cost(self._lineage.files(str(path.relative_to(self._results)) for path in tables)),
            bytes=disk(files.values()),
            tables_bytes=disk(tables),
        )

    def _files(self, artifact: Artifact) -> dict[str, Path]:
        """The files beside the page, by what they are called there."""
        found = {LABELS[form]: Path(path) for form, path in outputs(artifact, str(self._results)).items()}
        if artifact.kind == "figure":
            found["notebook"] = self._results / "notebooks" / artifact.paper / f"{artifact.name}.ipynb"
        return found


def groups(shown: Sequence[Shown]) -> list[Group]:
    """Figures of the paper, figures of our own, tables; without those of which there are none."""
    found = []
    for word, (anchor, heading) in GROUPS.items():
        items = [item for item in shown if item.name.startswith(f"{word}_")]
        found += [Group(anchor, heading, f"{word.title()} ", items)] if items else []
    return found
