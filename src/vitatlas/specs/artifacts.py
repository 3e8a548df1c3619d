"""Specs of the rules that make figures, tables and pages."""

from __future__ import annotations

from typing import Any

from vitatlas.artifacts.registry import Artifact, artifact_spec, inputs, resolve
from vitatlas.artifacts.tutorial_spec import PAPER, SHOWN
from vitatlas.config.read import known
from vitatlas.fingerprint import yaml_fingerprint
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
        values: dict[str, Any] = {"tier": self.config.tier, "stand_ins": self.config.stand_ins}
        if departures := self.config.protocol.departures:
            values["departures"] = departures
        read = [f"config/artifacts/{paper}.yaml" for paper in self.registries] + ["config/models.yaml"]
        files = {name: yaml_fingerprint(self.root / name) for name in read}
        return SpecValue(self.fingerprinted(values, "scripts/coverage.py", image="figures") | {"files": files})
