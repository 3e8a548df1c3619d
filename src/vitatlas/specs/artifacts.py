"""Specs of the rules that make figures, tables and pages."""

from __future__ import annotations

from typing import Any

from vitatlas.artifacts.registry import Artifact, artifact_spec, inputs, resolve
from vitatlas.artifacts.tutorial_spec import PAPER, SHOWN
from vitatlas.config.read import known
from vitatlas.files import sha256
from vitatlas.fingerprint import yaml_fingerprint
from vitatlas.report.spec import TEMPLATES
from vitatlas.specs.base import SpecBase, SpecValue, computed_by


class ArtifactSpecs(SpecBase):
    """Artifacts of the papers, and the pages beside them."""

    @computed_by("scripts/make_table.py", image="figures")
    def table(self, wildcards: Any) -> dict[str, Any]:
        """Rule `table`."""
        return self._artifact(wildcards)

    @computed_by("scripts/compute_table.py", image="figures")
    def compute_table(self, wildcards: Any) -> dict[str, Any]:
        """Rule `compute_table`."""
        return {"tier": self.config.tier, "benchmarks": f"results/{self.config.tier}/benchmarks"}

    @computed_by("scripts/invariants.py", image="figures")
    def invariants(self, wildcards: Any) -> dict[str, Any]:
        """Rule `invariants`: the sizes that tables must have."""
        config, zoo = self.config, self.zoo
        return {
            "paper": wildcards.paper,
            "tier": config.tier,
            "scenes": config.stimuli.sizes,
            "counterfactuals": config.das.sizes,
            "draws": config.das.draws,
            "attention_images": config.attention.images_per_class,
            "probe_images": config.probe.images_per_label,
            "photoreal_images": config.photoreal.images,
            "geometries": {name: geometry.model_dump(mode="json") for name, geometry in zoo.geometries.items()},
            "mean_readout": [name for name, entry in zoo.models.items() if entry.readout != "cls"],
        }

    def figure(self, wildcards: Any) -> SpecValue:
        """Rule `figure`: the template that draws it counts too."""
        values = self._artifact(wildcards)
        programs = ("scripts/draw_figure.py", f"notebooks/{values['family']}.ipynb")
        return self.fingerprinted(values, *programs, image="figures")

    def tutorial(self, wildcards: Any) -> SpecValue:
        """Rule `tutorial`: the notebook that it executes counts too.

        Raises:
            UserError: The configuration leaves the paper out.
        """
        known(PAPER, self.registries, "paper", "the tutorial")
        shown = [resolve(self.registries[PAPER].artifact(name), self.config.stand_ins) for name in SHOWN]
        departures, tier = self.config.protocol.departures, self.config.tier
        specs = {artifact.name: artifact_spec(artifact, self.zoo, tier, departures) for artifact in shown}
        tables = {artifact.name: inputs(artifact, f"results/{tier}", self.zoo) for artifact in shown}
        programs = ("scripts/tutorial.py", f"../docs/tutorial/{PAPER}.ipynb")
        values = {"tier": tier, "artifacts": specs, "tables": tables}
        return self.fingerprinted(values, *programs, image="figures")

    def artifact(self, wildcards: Any) -> Artifact:
        """The artifact named by the wildcards `paper` and `artifact`, with the tier's models in place.

        Raises:
            UserError: The paper has no artifact of this name.
        """
        return resolve(self.registries[wildcards.paper].artifact(wildcards.artifact), self.config.stand_ins)

    def _artifact(self, wildcards: Any) -> dict[str, Any]:
        departures = self.config.protocol.departures
        return artifact_spec(self.artifact(wildcards), self.zoo, self.config.tier, departures)

    def coverage(self, wildcards: Any) -> SpecValue:
        """Rule `coverage_page`: its inputs are files of the project, which count by what they say, not by their age."""
        values = self.fingerprinted(self._listed(), "scripts/coverage.py", image="figures")
        return SpecValue(values | {"files": self._registries(*self.registries)})

    def page(self, wildcards: Any) -> SpecValue:
        """Rule `page`: as of the coverage page; the templates count too."""
        values = self.fingerprinted(self._listed() | {"paper": wildcards.paper}, "scripts/page.py", image="figures")
        templates = {name: sha256(self.root / name) for name in TEMPLATES}
        return SpecValue(values | {"files": self._registries(wildcards.paper) | templates})

    def _listed(self) -> dict[str, Any]:
        """What says which artifacts there are, and with which models."""
        values: dict[str, Any] = {"tier": self.config.tier, "stand_ins": self.config.stand_ins}
        departures = self.config.protocol.departures
        return values | ({"departures": departures} if departures else {})

    def _registries(self, *papers: str) -> dict[str, str]:
        """Digests of the registries of these papers, and of the zoo."""
        read = [f"config/artifacts/{paper}.yaml" for paper in papers] + ["config/models.yaml"]
        return {name: yaml_fingerprint(self.root / name) for name in read}
