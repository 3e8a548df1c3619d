"""Specs of the rules that look into models."""

from __future__ import annotations

from typing import Any

from vitatlas.config.probe import PROBED
from vitatlas.specs.base import SpecBase, computed_by


class AnalysisSpecs(SpecBase):
    """Attention, the perceptual and the relational stage."""

    @computed_by("scripts/attention.py")
    def attention(self, wildcards: Any) -> dict[str, Any]:
        """Rule `attention`."""
        return self._analysed(wildcards) | {
            "seeds": self.config.seeds_of(wildcards.model),
            "seed": self._seed("attention", wildcards.task, wildcards.setting),
            **self._images("attention"),
        }

    @computed_by("scripts/attention.py")
    def attention_auxiliary(self, wildcards: Any) -> dict[str, Any]:
        """Rule `attention_auxiliary`."""
        variants, seeds = zip(*self.config.auxiliary.runs(wildcards.task), strict=True)
        return self._analysed(wildcards) | {
            "seeds": list(seeds),
            "variants": list(variants),
            "seed": self._seed("attention", wildcards.task, wildcards.setting),
            **self._images("attention_auxiliary"),
        }

    @computed_by("scripts/walkthrough.py")
    def walkthrough(self, wildcards: Any) -> dict[str, Any]:
        """Rule `walkthrough`."""
        return self._analysed(wildcards) | {
            "model_seed": self.config.seeds_of(wildcards.model)[0],
            "first_layer": self.zoo.models[wildcards.model].first_layer_for_peaks,
            "heads": self.config.attention.walkthrough_heads.get(wildcards.model),
            "seed": self._seed("walkthrough", wildcards.task, wildcards.setting),
            **self._images("walkthrough"),
        }

    @computed_by("scripts/das.py")
    def das(self, wildcards: Any) -> dict[str, Any]:
        """Rule `das`."""
        search = self.config.das.search(wildcards.setting).model_dump(mode="json")
        return (
            self._perceptual(wildcards, "das")
            | {"seed": int(wildcards.seed), "search": search}
            | self._switches("mode")
        )

    @computed_by("scripts/novel.py")
    def novel(self, wildcards: Any) -> dict[str, Any]:
        """Rule `novel`."""
        das = self.config.das
        return (
            self._perceptual(wildcards, "novel")
            | self._exchanges(wildcards)
            | {"draws": das.draws, "shared": das.batch}
            | self._switches("novel_draws")
        )

    @computed_by("scripts/information_flow.py")
    def information_flow(self, wildcards: Any) -> dict[str, Any]:
        """Rule `information_flow`."""
        return self._perceptual(wildcards, "information_flow") | self._exchanges(wildcards)

    @computed_by("scripts/probe.py")
    def probe(self, wildcards: Any) -> dict[str, Any]:
        """Rule `probe`."""
        return (
            self._perceptual(wildcards, "probe")
            | {"seeds": self.config.seeds_of(wildcards.model)}
            | {"probe": self.config.probe.model_dump(mode="json")}
            | self._switches("sites")
        )

    @computed_by("scripts/departures.py")
    def departures(self, wildcards: Any) -> dict[str, Any]:
        """Rule `departures`: whatever the switches say, it compares both positions of each."""
        das, entry = self.config.das, self.zoo.models[wildcards.model]
        statistics = entry.reference_preprocessing or entry.preprocessing
        return (
            self._perceptual(wildcards, "departures")
            | {"seeds": self.config.perceptual_seeds_of(wildcards.model, wildcards.setting), "draws": das.draws}
            | {"search": das.search(wildcards.setting).model_dump(mode="json")}
            | {"statistics": statistics.model_dump(mode="json")}
            | ({"probe": self.config.probe.model_dump(mode="json")} if wildcards.task == PROBED else {})
            | self.config.departures.model_dump(mode="json")
        )

    def _perceptual(self, wildcards: Any, rule: str) -> dict[str, Any]:
        return self._analysed(wildcards) | {
            "random_seed": self.config.seed,
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of(rule).model_dump(mode="json"),
        }

    def _exchanges(self, wildcards: Any) -> dict[str, Any]:
        """All seeds of a cell, without what only the search depends on."""
        das = self.config.das
        seeds = self.config.perceptual_seeds_of(wildcards.model, wildcards.setting)
        return {"seeds": seeds, "properties": das.properties, "batch": das.evaluation_batch}

    def _images(self, rule: str) -> dict[str, Any]:
        return {
            "images_per_class": self.config.attention.images_per_class,
            "batch": self.config.attention.batch,
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of(rule).model_dump(mode="json"),
        }
