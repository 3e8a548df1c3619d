"""Artifacts as their jobs know them: the specs of the rules that draw, with words for what the panels show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vitatlas.artifacts.registry import Artifact
from vitatlas.artifacts.schema import Tier
from vitatlas.artifacts.spec import number
from vitatlas.config.models import ModelZoo
from vitatlas.paper.descriptor import PUBLISHED

# Printed on every artifact of a tier whose numbers are not the paper's.
TIER_NOTES: dict[Tier, str] = {
    "smoke": "Smoke tier: a test run; its numbers mean nothing.",
    "demo": "Demo tier: miniature models; comparable with the paper in order and shape, not in value.",
}

REFERENCE_NOTE = "Made with departures of the reference code (`protocol` in the paper's configuration): {}."


def artifact_spec(artifact: Artifact, zoo: ModelZoo, tier: Tier, switched: Sequence[str] = ()) -> Any:
    """Everything that drawing the artifact depends on besides its tables: the rule's spec, of the paper's type.

    Args:
        switched: The switches of the protocol that are set to the reference's.
    """
    kinds = [analysis.kind for analysis in artifact.shows]
    of_paper = artifact.paper_models if PUBLISHED in kinds else [None] * len(artifact.panels)
    paper = artifact.paper
    shared = [_stands_for(artifact, zoo)] if artifact.twins else []
    panels = [paper.panel_spec(panel, zoo, model) for panel, model in zip(artifact.panels, of_paper, strict=True)]
    words = {
        "models": "; ".join(dict.fromkeys(panel.title for panel in panels)),
        "panels": _list(panels, before=paper.drawings(artifact.options)),
        **paper.caption_words(panels, artifact.options),
    }
    return paper.artifact(
        artifact=artifact.name,
        paper=paper.name,
        tier=tier,
        family=artifact.family_name,
        title=artifact.title.format(**words),
        section=artifact.section,
        caption=artifact.caption.format(**words).strip(),
        reading=artifact.reading,
        panels=panels,
        options=artifact.options,
        tier_note=TIER_NOTES.get(tier),
        notes=[*shared, *_notes(artifact, switched)],
        in_picture=[*shared, *_notes(artifact, [], in_picture=True)],
        **paper.artifact_keys(kinds, switched),
    )


def protocol_notes(switched: Sequence[str]) -> list[str]:
    """The notes on results that were made with these switches of the protocol set to the reference's."""
    return [REFERENCE_NOTE.format(", ".join(switched))] if switched else []


def _stands_for(artifact: Artifact, zoo: ModelZoo) -> str:
    """Of an artifact with twins, whose place the tier's model takes in it, and which others look the same."""
    models = " and ".join(dict.fromkeys(zoo.models[model].title for model in artifact.paper_models))
    return f"Stands for {models}; same picture as {' and '.join(number(name).lower() for name in artifact.twins)}."


def _notes(artifact: Artifact, switched: Sequence[str], in_picture: bool = False) -> list[str]:
    """The notes on what the artifact shows, or only those that stand in the picture; none where it shows no model's
    results, only stimuli."""
    if not any(analysis.of_models for analysis in artifact.shows):
        return []
    shown = [panel.model_dump() for panel in artifact.panels]
    notes = [note for note in artifact.notes if note.in_picture or not in_picture]
    of_panels = [note.text for note in notes if any(note.about.items() <= panel.items() for panel in shown)]
    # Several panels may have the same note.
    return list(dict.fromkeys(protocol_notes(switched) + of_panels))


def _list(panels: Sequence[Any], before: int) -> str:
    """The panels with their letters; so many letters `before` are those of drawings."""
    if len(panels) + before == 1:
        return str(panels[0].heading)
    letters = "abcdefghijklmnopqrstuvwxyz"[before:]
    return "; ".join(f"({letter}) {panel.heading}" for letter, panel in zip(letters, panels, strict=False))
