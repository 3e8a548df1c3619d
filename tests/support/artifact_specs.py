"""Specs of the real registry's artifacts, for the tests of figures and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import Registry, load_registry, with_stand_ins
from vitatlas.papers import papers
from vitatlas.project.load import load_zoo
from vitatlas.relations.artifacts import ArtifactSpec

CONFIG = Path(__file__).resolve().parents[2] / "config"
ZOO = load_zoo(CONFIG / "models.yaml")
STAND_INS = {
    "clip_b16": "mini-objects",
    "clip_b32": "mini-captions",
    "dinov2_b14": "mini-objects",
    "dino_b16": "mini-captions",
    "imagenet_b16": "mini-captions",
    "mae_b16": "mini-mae",
    "scratch_b16": "mini-scratch",
}


def relations() -> Registry:
    """The registry of the first paper."""
    return load_registry(CONFIG / "artifacts/relations.yaml", papers()["relations"], ZOO)


def spec(name: str, tier: str = "demo") -> ArtifactSpec:
    """The spec of an artifact."""
    stand_ins = STAND_INS if tier != "paper" else {}
    made: ArtifactSpec = artifact_spec(with_stand_ins(relations().artifact(name), stand_ins), ZOO, tier)
    return made


def raw_spec(name: str, tier: str = "demo") -> dict[str, Any]:
    """The same, as plain values, without what is at its default."""
    return spec(name, tier).model_dump(mode="json", exclude_defaults=True)
