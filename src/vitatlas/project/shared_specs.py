"""Builders of the specs of rules that all papers share: weights, figures, tables, verdicts and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vitatlas.artifacts.coverage import command, paper_rows
from vitatlas.artifacts.described import TIER_NOTES, artifact_spec, protocol_notes
from vitatlas.artifacts.registry import Artifact, Registry, inputs
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.stand_ins import by_stand_in
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.config.read import read_yaml, require_known
from vitatlas.costs.spec import ComputeTableSpec
from vitatlas.jobs.files import sha256
from vitatlas.jobs.fingerprint import yaml_fingerprint
from vitatlas.models.local import check_unchanged
from vitatlas.models.spec import FetchWeightsSpec, weights_spec
from vitatlas.paper.specs import Builder, Built, Settings, builder
from vitatlas.project.rooms import Room
from vitatlas.report.spec import BADGE_TEMPLATE, COVERAGE_TEMPLATE, MADE, TEMPLATES, CoverageSpec, PageSpec
from vitatlas.verdicts.spec import OF_TIER, NullSpec, PublishedSpec, VerdictSpec


@dataclass(frozen=True)
class ProjectSettings(Settings):
    """The view of the configuration that these builders get, with the papers' rooms."""

    rooms: Mapping[str, Room] = field(default_factory=dict)
    root: Path = Path()

    def room(self, wildcards: Any) -> Room:
        """The room of the paper that the wildcards name.

        Raises:
            UserError: The configuration does not name this paper.
        """
        require_known(wildcards.paper, self.rooms, "paper", "the requested target")
        return self.rooms[wildcards.paper]

    def artifact_spec(self, room: Room, artifact: Artifact) -> ArtifactSpec[Any]:
        """The spec of an artifact, with the tier's models in place."""
        spec: ArtifactSpec[Any] = artifact_spec(
            artifact, self.zoo, self.config.tier, self.config.section(room.name).switched
        )
        return spec

    def titles(self, paper: str, used: Iterable[str]) -> dict[str, str]:
        """The titles of the models that a paper's published numbers name, and of those that are used. What else is in
        the zoo must not change a verdict's spec."""
        named = {*used, *_words(read_yaml(self.root / _published(paper)))}
        return {name: entry.title for name, entry in self.zoo.models.items() if name in named}

    def published(self, paper: str) -> dict[str, str]:
        """The digest of what a paper's file of published numbers says."""
        name = _published(paper)
        return {name: yaml_fingerprint(self.root / name)}

    def digests(self, *names: str) -> dict[str, str]:
        """The digests of files of the project."""
        return {name: sha256(self.root / name) for name in names}


def _published(paper: str) -> str:
    return f"config/published/{paper}.yaml"


def _words(content: Any) -> Iterator[str]:
    """Every text in a file's content, as key or value."""
    if isinstance(content, Mapping):
        content = [*content, *content.values()]
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for item in content:
            yield from _words(item)


@builder()
def fetch_weights(of: ProjectSettings, wildcards: Any) -> FetchWeightsSpec:
    """The spec of rule `fetch_weights`.

    Raises:
        UserError: The zoo has no such model, or the model has no text tower; or the file from which its weights were
            taken holds something else now.
    """
    spec = weights_spec(of.zoo, wildcards.model, of.config.weights.source)
    check_unchanged(spec, of.root / f"resources/weights/{spec.name}.safetensors", of.root / spec.lock)
    return spec


@builder(image="figures")
def figure(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `figure`: the template that draws it counts too."""
    room = of.room(wildcards)
    spec = of.artifact_spec(room, room.artifact(wildcards.artifact))
    return Built(spec, programs=(f"notebooks/{room.name}/{spec.family}.ipynb",))


@builder(image="figures", program="{paper}/table_{family}.py")
def table(of: ProjectSettings, wildcards: Any) -> ArtifactSpec[Any]:
    """The spec of rule `table`."""
    room = of.room(wildcards)
    return of.artifact_spec(room, room.artifact(wildcards.artifact))


@builder(image="figures")
def published(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `published`."""
    paper = of.room(wildcards).paper
    return Built(PublishedSpec(keys=list(paper.keys), numeric=list(paper.numeric)), files=of.published(paper.name))


@builder(image="figures", program="{paper}/verdicts.py")
def verdicts(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `verdicts`."""
    spec = VerdictSpec(**_judged(of, wildcards))
    return Built(spec, files=of.published(spec.paper) | of.digests(BADGE_TEMPLATE))


@builder(image="figures", program="{paper}/null_calibration.py")
def null_calibration(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `null_calibration`."""
    spec = NullSpec(**_judged(of, wildcards), seed=of.config.seed)
    return Built(spec, files=of.published(spec.paper))


def _judged(of: ProjectSettings, wildcards: Any) -> dict[str, Any]:
    """The keys of a spec that say what is judged, and as what."""
    room, tier = of.room(wildcards), of.config.tier
    paper, section = room.paper, of.config.section(room.name)
    return {
        "keys": list(paper.keys),
        "numeric": list(paper.numeric),
        "shown": list(paper.shown),
        "words": dict(paper.words),
        "paper": paper.name,
        "tier": tier,
        "scale": OF_TIER.get(tier, "paper"),
        "note": TIER_NOTES.get(tier),
        "notes": _notes(room.registry, section),
        "stand_ins": section.stand_ins,
        "titles": of.titles(paper.name, [*section.stand_ins, *section.stand_ins.values()]),
        "unmade": {
            name: artifact.pending or f"made in: {', '.join(artifact.tiers)}"
            for name, artifact in room.registry.artifacts.items()
            if not artifact.in_tier(tier)
        },
        "protocol": paper.verdict_protocol(section.switched),
        "switched": list(section.switched),
    }


def _notes(registry: Registry, section: Any) -> list[str]:
    """The notes on the results of the tier's models."""
    models = set(section.stand_ins.values())
    notes = [note for artifact in registry.artifacts.values() for note in artifact.notes]
    of_models = [note.text for note in notes if note.about.get("model") in models]
    return list(dict.fromkeys(protocol_notes(section.switched) + of_models))


@builder(image="figures")
def compute_table(of: ProjectSettings, wildcards: Any) -> ComputeTableSpec:
    """The spec of rule `compute_table`."""
    return ComputeTableSpec(tier=of.config.tier, benchmarks=f"{of.results}/benchmarks")


@builder(image="figures")
def coverage_page(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `coverage_page`: its template counts by what it says, not by its age."""
    tier = of.config.tier
    papers = [paper_rows(room.shown, of.zoo, tier) for room in of.rooms.values()]
    spec = CoverageSpec(tier=tier, command=command(tier), papers=papers)
    return Built(spec, files=of.digests(COVERAGE_TEMPLATE))


@builder(image="figures")
def page(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `page`: as of the coverage page."""
    room, tier = of.room(wildcards), of.config.tier
    rows = paper_rows(room.shown, of.zoo, tier).rows
    section = of.config.section(room.name)
    models = {*section.stand_ins, *section.stand_ins.values()}
    for artifact in room.shown.artifacts.values():
        models |= {*artifact.paper_models, *(panel.model for panel in artifact.panels)}
    titles = {name: entry.title for name, entry in of.zoo.models.items() if name in models}
    stood_for = by_stand_in(section.stand_ins)
    spec = PageSpec(
        paper=room.name,
        tier=tier,
        title=room.registry.title,
        reference=room.registry.reference,
        command=command(tier),
        keys=list(room.paper.shown),
        tier_note=TIER_NOTES.get(tier),
        notes=protocol_notes(section.switched),
        missing=[row for row in rows if row.state != MADE],
        tutorial=f"docs/tutorial/{room.name}.ipynb" if room.paper.tutorial else None,
        stand_ins={titles[ours]: [titles[name] for name in names] for ours, names in stood_for.items()},
        words={**room.paper.words, **titles},
    )
    return Built(spec, files=of.digests(*TEMPLATES))


@builder(image="figures")
def tutorial_notebook(of: ProjectSettings, wildcards: Any) -> Built:
    """The spec of rule `tutorial_notebook`: the notebook that it executes counts too."""
    room = of.room(wildcards)
    shown = [room.artifact(name) for name in room.paper.tutorial]
    spec = TutorialSpec(
        paper=room.name,
        tier=of.config.tier,
        artifacts={artifact.name: of.artifact_spec(room, artifact).model_dump(mode="json") for artifact in shown},
        tables={artifact.name: inputs(artifact, of.results, of.zoo) for artifact in shown},
    )
    return Built(spec, programs=(f"../docs/tutorial/{room.name}.ipynb",))


BUILDERS: tuple[Builder, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Builder))
