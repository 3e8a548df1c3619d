"""The registry of a tier, in which other models stand in for the paper's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vitatlas.artifacts.registry import Registry, with_stand_ins


def placed(registry: Registry, stand_ins: Mapping[str, str], tier: str) -> Registry:
    """The registry with the tier's models in place of the paper's.

    Where one model stands in for several, artifacts of different models may become the same: each names those of the
    others that the tier makes, as its `twins`.
    """
    found = {name: with_stand_ins(artifact, dict(stand_ins)) for name, artifact in registry.artifacts.items()}
    alike: dict[str, list[str]] = {}
    for name, artifact in found.items():
        if artifact.in_tier(tier):
            shown = repr((artifact.family_name, artifact.options, artifact.panels))
            alike.setdefault(shown, []).append(name)
    for names in alike.values():
        for name in names:
            found[name] = replace(found[name], twins=tuple(other for other in names if other != name))
    return replace(registry, artifacts=found)


def by_stand_in(stand_ins: Mapping[str, str]) -> dict[str, list[str]]:
    """The models that stand in, each with those of the paper that it stands for."""
    found: dict[str, list[str]] = {}
    for model, ours in stand_ins.items():
        found.setdefault(ours, []).append(model)
    return found
