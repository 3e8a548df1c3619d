"""The registry: which figures and tables a paper has, what each is made from, and where it goes.

Targets, captions, report entries, the coverage page and the documentation's list all follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vitatlas.artifacts.checks import check_entry, check_families, check_notes
from vitatlas.artifacts.files import artifact_files
from vitatlas.artifacts.schema import Entry, Family, Kind, Note, Panel, RegistryFile, Tier
from vitatlas.artifacts.spec import is_own
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import read_yaml, require_known, validate
from vitatlas.errors import UserError
from vitatlas.paper.descriptor import Analysis, Paper

CAPTION_UNKNOWN = "the paper’s caption was not known"


@dataclass(frozen=True)
class Artifact:
    """One figure or table.

    Attributes:
        name: `figure_02`, `table_03`, or `extra_…` for a figure that the paper does not have.
        paper: The descriptor of its paper.
        family_name: Name of the family; `family` is the family itself.
        options: Validated options of the family, as plain values.
        paper_models: Of each panel, the paper's model, whichever stands in for it.
        inferred: What about the entry is our reading, not the paper's word; None: nothing.
        caption_known: Whether the paper's own caption was known when the entry was written; so for what is our own.
        data: The published data sets that it is made from.
        absent: Why it is not attempted: what must be fetched first; None: nothing is missing.
        twins: The artifacts that show the same, because one model stands in for several of the paper's.
    """

    name: str
    paper: Paper
    title: str
    section: str
    family_name: str
    family: Family
    panels: tuple[Panel, ...]
    paper_models: tuple[str, ...]
    options: dict[str, Any]
    tiers: tuple[Tier, ...]
    caption: str
    inferred: str | None
    caption_known: bool
    notes: tuple[Note, ...]
    data: tuple[str, ...] = ()
    absent: str | None = None
    twins: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The target that Snakemake is asked for: the name with the paper's in front."""
        return f"{self.paper.name}_{self.name}"

    @property
    def kind(self) -> Kind:
        """Figure or table."""
        return self.family.kind

    @property
    def reading(self) -> str:
        """Our reading of the paper in it, in words; empty where there is none."""
        unknown = "" if self.caption_known else CAPTION_UNKNOWN
        return "; ".join(filter(None, [self.inferred, unknown]))

    @property
    def pending(self) -> str | None:
        """Why it cannot be made yet; None if it can."""
        return self.family.pending or self.absent

    @property
    def template(self) -> str:
        """The notebook that draws a figure, relative to the repository."""
        return f"workflow/notebooks/{self.paper.name}/{self.family_name}.ipynb"

    @property
    def shows(self) -> list[Analysis]:
        """The kinds of analysis table whose numbers it shows."""
        names = [kind.format(**self.options) for kind in self.family.reads]
        return [self.paper.analysis(name, f"the family '{self.family_name}'") for name in names]

    @property
    def reads(self) -> list[Analysis]:
        """All kinds that it reads: also those for which an option of its family asks."""
        asked = self.family.reads_with.items()
        names = [kind for option, kinds in asked if self.options.get(option) for kind in kinds]
        return self.shows + [self.paper.analysis(name, f"the family '{self.family_name}'") for name in names]

    def in_tier(self, tier: str) -> bool:
        """Whether this tier can make it."""
        return self.pending is None and tier in self.tiers

    def tables(self, zoo: ModelZoo) -> list[tuple[Analysis, dict[str, Any]]]:
        """The tables that it is made from, each once, in the order of kinds and then of panels: the kind of each, and
        the words that it lies by.

        Raises:
            UserError: The artifact cannot be made yet, or a model has no annex of the paper.
        """
        if self.pending is not None:
            raise UserError(
                f"{self.name} cannot be made yet: {self.pending}",
                remedy="`snakemake coverage` lists what can be made",
            )
        found: dict[str, tuple[Analysis, dict[str, Any]]] = {}
        for analysis in self.reads:
            for panel in self.panels:
                words = self.paper.places(panel, zoo)
                found.setdefault(analysis.path(self.paper.name, words), (analysis, words))
        return list(found.values())


@dataclass(frozen=True)
class Registry:
    """All artifacts of one paper: figures by number, then figures of our own, then tables."""

    paper: Paper
    title: str
    reference: str
    artifacts: dict[str, Artifact]

    def artifact(self, name: str) -> Artifact:
        """The artifact of that name.

        Raises:
            UserError: There is none; lists those that there are.
        """
        require_known(name, self.artifacts, "artifact", f"the registry of '{self.paper.name}'")
        return self.artifacts[name]

    def in_tier(self, tier: str, kind: Kind | None = None) -> list[Artifact]:
        """The artifacts that this tier can make, of one kind or of both."""
        return [a for a in self.artifacts.values() if a.in_tier(tier) and kind in (None, a.kind)]


def load_registry(path: str | Path, paper: Paper, zoo: ModelZoo | None = None) -> Registry:
    """Read `config/artifacts/<paper>.yaml`.

    Args:
        paper: Whose registry it is.
        zoo: Where given, every model named must be in it.

    Raises:
        UserError: Not readable, a key or value that does not fit, or an unknown family, kind of table or model; names
            the file, the key and what is allowed.
    """
    path = Path(path)
    content = validate(RegistryFile[paper.panel], read_yaml(path), str(path))  # type: ignore[name-defined]
    check_families(content, paper, path)
    check_notes(content, paper, path)
    artifacts = {}
    sections = {"figures": content.figures, "extras": content.extras, "tables": content.tables}
    for section, entries in sections.items():
        for name, entry in sorted(entries.items()):
            where = f"{path}: key '{section}.{name}'"
            if zoo is not None:
                for panel in entry.panels:
                    require_known(panel.model, zoo.models, "model", where)
            artifacts[name] = _artifact(name, paper, entry, content, where)
    return Registry(paper, content.title, content.reference, artifacts)


def _artifact(name: str, paper: Paper, entry: Entry[Any], content: RegistryFile[Any], where: str) -> Artifact:
    options = validate(paper.options_of(entry.family), entry.options, f"{where}.options").model_dump(mode="json")
    check_entry(entry, content.families[entry.family], paper, options, where)
    return Artifact(
        name=name,
        paper=paper,
        title=entry.title,
        section=entry.section,
        family_name=entry.family,
        family=content.families[entry.family],
        panels=tuple(entry.panels),
        paper_models=tuple(panel.model for panel in entry.panels),
        options=options,
        tiers=tuple(entry.tiers),
        caption=entry.caption,
        inferred=entry.inferred,
        caption_known=entry.caption_known or is_own(name),
        notes=tuple(content.notes),
        data=tuple(entry.data),
    )


def with_stand_ins(artifact: Artifact, stand_ins: dict[str, str]) -> Artifact:
    """The artifact with the tier's models in place of the paper's; a panel that then repeats another is dropped."""
    shown: dict[Panel, str] = {}
    for panel, model in zip(artifact.panels, artifact.paper_models, strict=True):
        shown.setdefault(panel.model_copy(update={"model": stand_ins.get(panel.model, panel.model)}), model)
    return replace(artifact, panels=tuple(shown), paper_models=tuple(shown.values()))


def inputs(artifact: Artifact, results: str, zoo: ModelZoo) -> list[str]:
    """The files of the tables that the artifact is made from, each once.

    Args:
        artifact: With its models in place.
        results: The tier's folder, `results/<tier>`.

    Raises:
        UserError: As `Artifact.tables`.
    """
    return [f"{results}/{analysis.path(artifact.paper.name, words)}" for analysis, words in artifact.tables(zoo)]


def outputs(artifact: Artifact, results: str) -> dict[str, str]:
    """The files of the artifact by format: pdf, png, csv of a figure; csv, md, tex of a table."""
    return artifact_files(artifact.paper.name, artifact.name, results)


def withhold_absent(registry: Registry, lacking: Callable[[Artifact], Iterable[str]]) -> Registry:
    """The registry where what is made from data sets that are not there is not attempted.

    Args:
        lacking: What must be fetched before an artifact can be made, in words.
    """

    def looked_at(artifact: Artifact) -> Artifact:
        said = list(lacking(artifact))
        return replace(artifact, absent="; ".join(said)) if said else artifact

    return replace(registry, artifacts={name: looked_at(artifact) for name, artifact in registry.artifacts.items()})


def withhold_uncomparable(registry: Registry, switched: Sequence[str]) -> Registry:
    """The registry where these switches of the protocol are set to the reference's: what needs results of our protocol
    cannot be made beside those."""
    if not switched:
        return registry
    key = f"{registry.paper.name}.protocol"
    reason = f"it needs results of the corrected protocol, and `{key}` departs from it: {', '.join(switched)}"
    artifacts = {
        name: replace(artifact, family=artifact.family.model_copy(update={"pending": artifact.pending or reason}))
        if artifact.family.compares
        else artifact
        for name, artifact in registry.artifacts.items()
    }
    return replace(registry, artifacts=artifacts)
