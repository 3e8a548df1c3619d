"""Specs of figures of the features paper, with the miniature that tests use in every place."""

from __future__ import annotations

from artifact_specs import CONFIG, ZOO
from place_tables import MODEL

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.papers import papers


def figure(name: str, tier: str = "demo") -> ArtifactSpec:
    """The spec of an artifact of the registry."""
    registry = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
    artifact = registry.artifact(name)
    standing = with_stand_ins(artifact, dict.fromkeys(artifact.paper_models, MODEL))
    made: ArtifactSpec = artifact_spec(standing, ZOO, tier)  # type: ignore[arg-type]
    return made
