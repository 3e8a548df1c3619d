"""The registry: which figures and tables a paper has, what each is made from, and where it goes.

Targets, captions, report entries, the coverage page and the documentation's list all follow from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vitatlas.artifacts.schema import Entry, Family, Kind, Note, Panel, RegistryFile, Tier, options_of
from vitatlas.artifacts.spec import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import known, read_yaml, validate
from vitatlas.errors import UserError

# Printed on every artifact of a tier whose numbers are not the paper's.
TIER_NOTES: dict[Tier, str] = {
    "smoke": "Smoke tier: a test run; its numbers mean nothing.",
    "demo": "Demo tier: miniature models; comparable with the paper in order and shape, not in value.",
}

COMPARISON = "departures"
"""The family that shows what the protocol's switches change."""

PUBLISHED = "analysis/published/"
"""Where the tables of published numbers are, below the tier's folder."""

REFERENCE_NOTE = "Made with departures of the reference code (`protocol` in the configuration): {}."

FORMATS: dict[Kind, tuple[str, ...]] = {"figure": ("pdf", "png", "csv"), "table": ("csv", "md", "tex")}


@dataclass(frozen=True)
class Artifact:
    """One figure or table.

    Attributes:
        name: `figure_02`, `table_03`, or `extra_…` for a figure that the paper does not have.
        paper: Stem of the registry's file.
        family: Name of the family; `made` is the family itself.
        options: Validated options of the family, as plain values.
        paper_models: Of each panel, the paper's model, whichever stands in for it.
    """

    name: str
    paper: str
    title: str
    section: str
    family: str
    made: Family
    panels: tuple[Panel, ...]
    paper_models: tuple[str, ...]
    options: dict[str, Any]
    tiers: tuple[Tier, ...]
    caption: str
    inferred: str | None
    notes: tuple[Note, ...]

    @property
    def kind(self) -> Kind:
        """Figure or table."""
        return self.made.kind

    @property
    def pending(self) -> str | None:
        """Why it cannot be made yet; None if it can."""
        return self.made.pending

    @property
    def template(self) -> str:
        """The notebook that draws a figure, relative to the repository."""
        return f"workflow/notebooks/{self.family}.ipynb"

    def in_tier(self, tier: str) -> bool:
        """Whether this tier can make it."""
        return self.pending is None and tier in self.tiers


@dataclass(frozen=True)
class Registry:
    """All artifacts of one paper: figures by number, then figures of our own, then tables."""

    paper: str
    title: str
    reference: str
    artifacts: dict[str, Artifact]

    def artifact(self, name: str) -> Artifact:
        """The artifact of that name.

        Raises:
            UserError: There is none; lists those that there are.
        """
        known(name, self.artifacts, "artifact", f"the registry of '{self.paper}'")
        return self.artifacts[name]

    def in_tier(self, tier: str, kind: Kind | None = None) -> list[Artifact]:
        """The artifacts that this tier can make, of one kind or of both."""
        return [a for a in self.artifacts.values() if a.in_tier(tier) and kind in (None, a.kind)]


def load_registry(path: str | Path, zoo: ModelZoo | None = None) -> Registry:
    """Read `config/artifacts/<paper>.yaml`.

    Args:
        path: The file; its stem names the paper.
        zoo: Where given, every model named must be in it.

    Raises:
        UserError: Not readable, a key or value that does not fit, or an unknown family or model; names the file, the
            key and what is allowed.
    """
    path = Path(path)
    content = validate(RegistryFile, read_yaml(path), str(path))
    artifacts = {}
    sections = {"figures": content.figures, "extras": content.extras, "tables": content.tables}
    for section, entries in sections.items():
        for name, entry in sorted(entries.items()):
            where = f"{path}: key '{section}.{name}'"
            if zoo is not None:
                for panel in entry.panels:
                    known(panel.model, zoo.models, "model", where)
            artifacts[name] = _artifact(name, path.stem, entry, content, where)
    return Registry(path.stem, content.title, content.reference, artifacts)


def _artifact(name: str, paper: str, entry: Entry, content: RegistryFile, where: str) -> Artifact:
    options = validate(options_of(entry.family), entry.options, f"{where}.options")
    return Artifact(
        name=name,
        paper=paper,
        title=entry.title,
        section=entry.section,
        family=entry.family,
        made=content.families[entry.family],
        panels=tuple(entry.panels),
        paper_models=tuple(panel.model for panel in entry.panels),
        options=options.model_dump(mode="json"),
        tiers=tuple(entry.tiers),
        caption=entry.caption,
        inferred=entry.inferred,
        notes=tuple(content.notes),
    )


def resolve(artifact: Artifact, stand_ins: Mapping[str, str]) -> Artifact:
    """The artifact with the tier's models in place of the paper's; a panel that then repeats another is dropped."""
    shown: dict[Panel, str] = {}
    for panel, model in zip(artifact.panels, artifact.paper_models, strict=True):
        shown.setdefault(panel.model_copy(update={"model": stand_ins.get(panel.model, panel.model)}), model)
    return replace(artifact, panels=tuple(shown), paper_models=tuple(shown.values()))


def inputs(artifact: Artifact, results: str, zoo: ModelZoo) -> list[str]:
    """The tables that the artifact is made from, each once, in the order of the panels.

    Args:
        artifact: With its models resolved.
        results: The tier's folder, `results/<tier>`.
        zoo: Gives each model's geometry.

    Raises:
        UserError: The artifact cannot be made yet.
    """
    if artifact.pending is not None:
        raise UserError(
            f"{artifact.name} cannot be made yet: {artifact.pending}",
            remedy="`snakemake coverage` lists what can be made",
        )
    made = artifact.made
    besides = [path for option, paths in made.inputs_with.items() if artifact.options.get(option) for path in paths]
    names = (
        pattern.format(
            model=panel.model,
            task=panel.task,
            setting=panel.setting,
            geometry=zoo.models[panel.model].geometry,
            paper=artifact.paper,
            analysis=artifact.options.get("analysis"),
        )
        for pattern in [*made.inputs, *besides]
        for panel in artifact.panels
    )
    return list(dict.fromkeys(f"{results}/{name}" for name in names))


def outputs(artifact: Artifact, results: str) -> dict[str, str]:
    """The files of the artifact by format: pdf, png, csv of a figure; csv, md, tex of a table."""
    folder = f"{results}/{artifact.kind}s/{artifact.paper}"
    return {form: f"{folder}/{artifact.name}.{form}" for form in FORMATS[artifact.kind]}


def comparable(registry: Registry, departures: Sequence[str]) -> Registry:
    """The registry where these switches of the protocol are set to `reference`: what needs results of the corrected
    protocol cannot be made beside those."""
    if not departures:
        return registry
    switches = ", ".join(departures)
    reason = f"it needs results of the corrected protocol, and `protocol` departs from it: {switches}"
    artifacts = {
        name: replace(artifact, made=artifact.made.model_copy(update={"pending": artifact.pending or reason}))
        if artifact.family == COMPARISON
        else artifact
        for name, artifact in registry.artifacts.items()
    }
    return replace(registry, artifacts=artifacts)


def artifact_spec(artifact: Artifact, zoo: ModelZoo, tier: Tier, departures: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that drawing the artifact depends on besides its tables, as plain values: the rule's spec.

    Args:
        departures: The switches of the protocol that are set to `reference`.
    """
    of_paper = artifact.paper_models if _reads(artifact, PUBLISHED) else [None] * len(artifact.panels)
    panels = [_panel_spec(panel, zoo, model) for panel, model in zip(artifact.panels, of_paper, strict=True)]
    words = {"models": "; ".join(dict.fromkeys(panel.title for panel in panels)), "points": _points(panels)}
    words["panels"] = _list(panels, drawn=bool(artifact.options.get("scheme")))
    spec = ArtifactSpec(
        artifact=artifact.name,
        paper=artifact.paper,
        tier=tier,
        family=artifact.family,
        title=artifact.title.format(**words),
        section=artifact.section,
        caption=artifact.caption.format(**words).strip(),
        panels=panels,
        options=artifact.options,
        tier_note=TIER_NOTES.get(tier),
        notes=_notes(artifact, departures),
        seen_split="test" if "seen_accuracy" in departures and _reads(artifact, "/behaviour/") else "test_iid",
    )
    return spec.model_dump(mode="json", exclude_defaults=True)


def _panel_spec(panel: Panel, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
    entry = zoo.models[panel.model]
    return PanelSpec(
        model=panel.model,
        title=entry.title,
        task=panel.task,
        setting=panel.setting,
        geometry=zoo.geometry(panel.model),
        pretraining_scale=entry.pretraining_scale,
        pretrained=entry.origin != "none",
        first_layer_for_peaks=entry.first_layer_for_peaks,
        paper_model=paper_model,
        paper_title=zoo.models[paper_model].title if paper_model else None,
    )


def protocol_notes(departures: Sequence[str]) -> list[str]:
    """What must be said of results that were made with these switches of the protocol set to `reference`."""
    return [REFERENCE_NOTE.format(", ".join(departures))] if departures else []


def _notes(artifact: Artifact, departures: Sequence[str]) -> list[str]:
    """The notes on what the artifact shows; none where it shows no model's results, only stimuli."""
    if not _reads(artifact, "{model}"):
        return []
    shown = {(panel.model, panel.task) for panel in artifact.panels}
    of_models = [note.text for note in artifact.notes if (note.model, note.task) in shown]
    # Both tasks of a model may have the same note.
    return list(dict.fromkeys(protocol_notes(departures) + of_models))


def _reads(artifact: Artifact, part: str) -> bool:
    """Whether the pattern of a table that it reads has this part."""
    analysis = str(artifact.options.get("analysis"))
    return any(part in pattern.replace("{analysis}", analysis) for pattern in artifact.made.inputs)


def _list(panels: list[PanelSpec], drawn: bool) -> str:
    """The panels with their letters; `drawn`: the first letter is that of a drawing."""
    if len(panels) + drawn == 1:
        return panels[0].heading
    letters = "abcdefghijklmnopqrstuvwxyz"[drawn:]
    return "; ".join(f"({letter}) {panel.heading}" for letter, panel in zip(letters, panels, strict=False))


def _points(panels: list[PanelSpec]) -> str:
    """How many models each task has: "6 models on discrimination, 5 on RMTS"."""
    counts = Counter(TASK_TITLES[panel.task] for panel in panels if panel.task)
    words = [f"{number} model{'s' * (number > 1)} on {task}" for task, number in counts.items()]
    return ", ".join(words[:1] + [word.replace(" models", "").replace(" model", "") for word in words[1:]])
