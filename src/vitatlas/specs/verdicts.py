"""Specs of the rules that hold results against what papers published."""

from __future__ import annotations

from typing import Any

from vitatlas.artifacts.registry import TIER_NOTES, Registry, protocol_notes
from vitatlas.fingerprint import yaml_fingerprint
from vitatlas.specs.base import SpecBase, SpecValue
from vitatlas.verdicts.spec import SCALES


class VerdictSpecs(SpecBase):
    """Published numbers, and verdicts on them. Their files count by what they say, not by their age."""

    def published(self, wildcards: Any) -> SpecValue:
        """Rule `published`."""
        return self._with_published({}, "scripts/published.py", wildcards.paper)

    def verdicts(self, wildcards: Any) -> SpecValue:
        """Rule `verdicts`."""
        tier, departures = self.config.tier, self.config.protocol.departures
        registry = self.registries[wildcards.paper]
        values = {
            "paper": wildcards.paper,
            "tier": tier,
            "scale": SCALES.get(tier, "paper"),
            "note": TIER_NOTES.get(tier),
            "notes": self._notes(registry, departures),
            "stand_ins": self.config.stand_ins,
            "titles": {name: entry.title for name, entry in self.zoo.models.items()},
            "unmade": {
                name: artifact.pending or f"made in: {', '.join(artifact.tiers)}"
                for name, artifact in registry.artifacts.items()
                if not artifact.in_tier(tier)
            },
        }
        if "seen_accuracy" in departures:
            values["seen_split"] = "test"
        return self._with_published(values, "scripts/verdicts.py", wildcards.paper)

    def _notes(self, registry: Registry, departures: list[str]) -> list[str]:
        """What must stand beside the results of the tier's models."""
        models = set(self.config.stand_ins.values())
        of_models = [note.text for entry in registry.artifacts.values() for note in entry.notes if note.model in models]
        return list(dict.fromkeys(protocol_notes(departures) + of_models))

    def _with_published(self, values: dict[str, Any], program: str, paper: str) -> SpecValue:
        name = f"config/published/{paper}.yaml"
        files = {name: yaml_fingerprint(self.root / name)}
        return SpecValue(self.fingerprinted(values, program, image="figures") | {"files": files})
