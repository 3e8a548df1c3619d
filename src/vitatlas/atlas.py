"""The workflow's view of the project: configuration, models, registries and specs, loaded once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import (
    Artifact,
    Registry,
    artifact_spec,
    comparable,
    inputs,
    load_registry,
    outputs,
    resolve,
)
from vitatlas.cells import Cells
from vitatlas.checkout import commit_of
from vitatlas.commandline import executor
from vitatlas.config.load import load_config, load_zoo
from vitatlas.config.own import own_settings
from vitatlas.config.read import known
from vitatlas.config.site import Site, expanded, load_site, require_slurm
from vitatlas.environment import default_cache, prepare
from vitatlas.invariants.inputs import checked
from vitatlas.provenance import SETTINGS, as_json
from vitatlas.slurm import check_partitions
from vitatlas.specs import Specs
from vitatlas.verdicts.tables import is_read


@dataclass(frozen=True)
class Atlas(Cells):
    """Everything that the Snakefile asks for.

    Attributes:
        root: The project's folder.
        registries: By paper, those that the configuration names.
        settings: The user's own, where they differ from the tier's file.
    """

    root: Path
    registries: dict[str, Registry]
    site: Site
    settings: dict[str, Any]

    @cached_property
    def specs(self) -> Specs:
        """The builders of the rules' specs."""
        return Specs(self.config, self.zoo, self.registries, self.root)

    @cached_property
    def commit(self) -> str:
        """The commit of the checkout, with `-dirty` where files differ from it; empty outside a git checkout."""
        return commit_of(self.root)

    def prepare_environment(self) -> None:
        """Set what jobs find in their environment.

        Raises:
            UserError: The folder for caches cannot be made.
        """
        os.environ |= self.site.environment
        os.environ[SETTINGS] = as_json(self.settings)
        folders = (self.config.weights.source, self.site.scratch, *self.config.photoreal.folders)
        bound = [expanded(path) for path in folders if path]
        prepare(self.commit, expanded(self.site.cache) if self.site.cache else default_cache(), bound)

    def artifacts(self, paper: str | None = None) -> list[Artifact]:
        """The artifacts that this tier can make, of one paper or of all, with the tier's models in place."""
        papers = self.registries if paper is None else [paper]
        made = (artifact for name in papers for artifact in self.registries[name].in_tier(self.config.tier))
        return [resolve(artifact, self.config.stand_ins) for artifact in made]

    def inputs_of(self, wildcards: Any) -> list[str]:
        """The tables that the artifact named by the wildcards `paper` and `artifact` is made from."""
        return inputs(self.specs.artifact(wildcards), self.results, self.zoo)

    def checked_tables(self, wildcards: Any) -> dict[str, list[str]]:
        """The tables of the paper named by the wildcard that invariants are checked on, by what they are."""
        return checked(self._tables_of(wildcards.paper), self.results, self.zoo)

    def verdict_tables(self, wildcards: Any) -> list[str]:
        """The tables, each once, that verdicts on the paper named by the wildcard are made from: of its artifacts that
        the tier makes."""
        return [table for table in self._tables_of(wildcards.paper) if is_read(table)]

    def _tables_of(self, paper: str) -> list[str]:
        """The tables that the tier's artifacts of a paper are made from, each once."""
        made = (inputs(artifact, self.results, self.zoo) for artifact in self.artifacts(paper))
        return list(dict.fromkeys(table for tables in made for table in tables))

    def paper_outputs(self, wildcards: Any) -> list[str]:
        """The files of all artifacts of the paper named by the wildcard."""
        return self.outputs(wildcards.paper)

    def verdicts_in(self, form: str) -> Callable[[Any], list[str]]:
        """An input function: the verdicts on the paper named by the wildcard, in this format; none where no published
        numbers are known."""

        def verdicts(wildcards: Any) -> list[str]:
            known_numbers = self.root / "config" / "published" / f"{wildcards.paper}.yaml"
            return [f"{self.results}/verdicts/{wildcards.paper}.{form}"] if known_numbers.exists() else []

        return verdicts

    def labels_of(self, wildcards: Any) -> dict[str, str]:
        """What tells the artifact named by the wildcards from others in Snakemake's report."""
        spec = artifact_spec(self.specs.artifact(wildcards), self.zoo, self.config.tier)
        return {"artifact": wildcards.artifact, "title": spec["title"]}

    def tutorial_tables(self, wildcards: Any) -> list[str]:
        """The tables that the tutorial is made from, each once."""
        tables = self.specs.tutorial(wildcards)["tables"]
        return list(dict.fromkeys(path for paths in tables.values() for path in paths))

    def outputs_of(self, artifact: Artifact) -> list[str]:
        """The files of one artifact."""
        return list(outputs(artifact, self.results).values())

    def outputs(self, paper: str | None = None) -> list[str]:
        """The files of all artifacts of this tier, of one paper or of all."""
        return [file for artifact in self.artifacts(paper) for file in self.outputs_of(artifact)]

    def check_site(self, command: Sequence[str]) -> None:
        """Stop where Snakemake's command line, or its profile, asks for SLURM and the site is not described.

        Raises:
            UserError: There is no config/site.yaml, no account in it, or a partition that does not do.
        """
        if executor(command) == "slurm":
            require_slurm(self.site, self.root / "config")
            check_partitions(self.site.partitions, gpu=self.config.compute.device == "cuda")


def load_atlas(root: Path, overrides: Mapping[str, Any]) -> Atlas:
    """Read and check `config/` below `root`, with `overrides` on top.

    Raises:
        UserError: Something in the configuration is wrong; names file, key and allowed values.
    """
    folder = root / "config"
    zoo = load_zoo(folder / "models.yaml")
    config = load_config(folder, overrides, zoo)
    registries = {}
    for paper in config.papers:
        papers = [path.stem for path in (folder / "artifacts").glob("*.yaml")]
        known(paper, papers, "paper", f"{folder / config.tier}.yaml: key 'papers'")
        registry = load_registry(folder / "artifacts" / f"{paper}.yaml", zoo)
        registries[paper] = comparable(registry, config.protocol.departures)
    settings = own_settings(load_config(folder, {"tier": config.tier}, zoo), config)
    return Atlas(config, zoo, root, registries, load_site(folder), settings)
