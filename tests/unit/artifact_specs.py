"""Specs of the real registry's artifacts, for the tests of figures and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import Registry, artifact_spec, load_registry, resolve
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.config.load import load_zoo

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
    return load_registry(CONFIG / "artifacts/relations.yaml", ZOO)


def raw_spec(name: str, tier: str = "demo") -> dict[str, Any]:
    """The spec that a rule hands over."""
    stand_ins = STAND_INS if tier != "paper" else {}
    return artifact_spec(resolve(relations().artifact(name), stand_ins), ZOO, tier)


def spec(name: str, tier: str = "demo") -> ArtifactSpec:
    """The same, typed."""
    return ArtifactSpec.model_validate(raw_spec(name, tier))
