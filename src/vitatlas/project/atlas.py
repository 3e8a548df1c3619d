"""The workflow's view of the project: configuration, models, papers and specs, loaded once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import Artifact
from vitatlas.config.models import ModelZoo
from vitatlas.config.overrides import overrides as differing
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config
from vitatlas.config.site import Site, expanded, load_site, require_slurm, variables_in
from vitatlas.paper.specs import Specs, SpecValue
from vitatlas.papers import papers
from vitatlas.project.checkout import State, state_of
from vitatlas.project.commandline import executor
from vitatlas.project.environment import default_cache, hand_over, prepare
from vitatlas.project.load import gpu_rules, load_config, load_zoo
from vitatlas.project.rooms import Room, open_room
from vitatlas.project.shared_specs import BUILDERS, ProjectSettings
from vitatlas.project.slurm import check_partitions

KEPT = ("results", "resources", "resources/weights")
"""Folders of the project that users replace by links to larger disks."""


@dataclass(frozen=True)
class Atlas:
    """Everything that the Snakefile asks for; the room of a paper is the attribute of its name.

    Attributes:
        root: The project's folder.
        rooms: By paper, those that the configuration names.
        settings: The user's own, where they differ from the tier's file.
    """

    root: Path
    config: Config
    zoo: ModelZoo
    rooms: Mapping[str, Room]
    site: Site
    settings: dict[str, Any]

    def __getattr__(self, name: str) -> Room:
        if name.startswith("_") or name not in self.rooms:
            raise AttributeError(name)
        return self.rooms[name]

    @property
    def results(self) -> str:
        """The tier's folder, relative to the working directory."""
        return f"results/{self.config.tier}"

    @cached_property
    def specs(self) -> Specs:
        """The specs of the rules that papers share."""
        return Specs(
            BUILDERS,
            lambda config: ProjectSettings(config, self.zoo, rooms=self.rooms, root=self.root),
            self.config,
            self.root,
        )

    def spec_of(self, rule: str, wildcards: Any) -> SpecValue:
        """The spec of any rule."""
        rooms = self.rooms.values()
        of_papers = [room.specs for room in rooms if getattr(wildcards, "paper", room.name) == room.name]
        specs = next(specs for specs in [self.specs, *of_papers] if rule in specs.rules)
        built: SpecValue = getattr(specs, rule)(wildcards)
        return built

    def invariants_spec(self, wildcards: Any) -> SpecValue:
        """The spec of rule `invariants`, which each paper builds itself."""
        return self._room(wildcards).specs.invariants(wildcards)

    @property
    def gpu_rules(self) -> list[str]:
        """The rules that compute on a GPU where there is one."""
        return gpu_rules(self.config)

    @cached_property
    def state(self) -> State:
        """The state of the code in the checkout."""
        return state_of(self.root)

    @property
    def artifacts(self) -> list[Artifact]:
        """The artifacts that this tier makes, of all papers, with the tier's models in place."""
        return [artifact for room in self.rooms.values() for artifact in room.artifacts]

    @property
    def short_names(self) -> dict[str, Artifact]:
        """The artifacts of whose name there is one alone, by that name."""
        names = [artifact.name for artifact in self.artifacts]
        return {artifact.name: artifact for artifact in self.artifacts if names.count(artifact.name) == 1}

    @property
    def outputs(self) -> list[str]:
        """The files of all artifacts."""
        return [file for room in self.rooms.values() for file in room.outputs]

    @property
    def tutorials(self) -> dict[str, list[str]]:
        """The files of each paper's tutorial, of those that have one."""
        made = [room.name for room in self.rooms.values() if room.paper.tutorial]
        return {name: [f"{self.results}/tutorials/{name}.{form}" for form in ("ipynb", "json")] for name in made}

    def outputs_of(self, artifact: Artifact) -> list[str]:
        """The files of one artifact."""
        return self.rooms[artifact.paper.name].outputs_of(artifact)

    def inputs_of(self, wildcards: Any) -> list[str]:
        """The tables that the artifact named by the wildcards `paper` and `artifact` is made from."""
        room = self._room(wildcards)
        return room.tables_of(room.artifact(wildcards.artifact))

    def own_checkpoint(self, wildcards: Any) -> list[str]:
        """The checkpoint on this machine that the model named by the wildcard has its weights from, if it has one."""
        entry = self.zoo.published(wildcards.model)
        return [str(expanded(entry.file))] if entry.origin == "file" else []

    def paper_outputs(self, wildcards: Any) -> list[str]:
        """The files of all artifacts of the paper named by the wildcard."""
        return self._room(wildcards).outputs

    def judged_tables(self, wildcards: Any) -> list[str]:
        """The tables that verdicts on the paper named by the wildcard are made from."""
        return self._room(wildcards).judged_tables

    def checked_tables(self, wildcards: Any) -> dict[str, list[str]]:
        """The tables of the paper named by the wildcard that invariants are checked on, by what they are."""
        return self._room(wildcards).checked_tables

    def verdicts_in(self, form: str) -> Callable[[Any], list[str]]:
        """An input function: the verdicts on the paper named by the wildcard, in this format; none where no published
        numbers are known."""

        def verdicts(wildcards: Any) -> list[str]:
            room = self._room(wildcards)
            return [f"{self.results}/verdicts/{room.name}.{form}"] if room.has_published_numbers else []

        return verdicts

    def invariants_of(self, wildcards: Any) -> list[str]:
        """The table of the invariants of the paper named by the wildcard; none of a paper without invariants."""
        room = self._room(wildcards)
        has_some = "invariants" in room.specs.rules
        return [f"{self.results}/verdicts/{room.name}_invariants.csv"] if has_some else []

    def labels_of(self, wildcards: Any) -> dict[str, str]:
        """The labels that tell the artifact named by the wildcards from others in Snakemake's report."""
        builder = self.specs.table if wildcards.artifact.startswith("table_") else self.specs.figure
        return {"artifact": wildcards.artifact, "title": builder(wildcards)["title"]}

    def tutorial_tables(self, wildcards: Any) -> list[str]:
        """The tables that the tutorial of the paper named by the wildcard is made from, each once."""
        tables = self.specs.tutorial_notebook(wildcards)["tables"]
        return list(dict.fromkeys(path for paths in tables.values() for path in paths))

    @property
    def rule_files(self) -> list[str]:
        """The papers' own rule files; what a paper's files share, `common.smk`, first."""
        folders = [self.root / "rules" / name for name in self.rooms]
        common = "common.smk"
        return [
            str(folder / name)
            for folder in folders
            for name in sorted((path.name for path in folder.glob("*.smk")), key=lambda name: (name != common, name))
        ]

    def _room(self, wildcards: Any) -> Room:
        require_known(wildcards.paper, self.rooms, "paper", "the requested target")
        return self.rooms[wildcards.paper]

    def prepare_environment(self) -> None:
        """Set what jobs find in their environment.

        Raises:
            UserError: The folder for caches cannot be made.
        """
        os.environ |= self.site.environment
        of_papers = [folder for room in self.rooms.values() for folder in room.paper.folders(room.settings)]
        bound = self._bound(of_papers)
        hand_over(self.root, self.state, self.settings, [*self.site.variables, *variables_in(bound)])
        cache = expanded(self.site.cache) if self.site.cache else default_cache()
        prepare(cache, [expanded(path) for path in bound])

    def _bound(self, of_papers: Iterable[str]) -> list[str]:
        """The files and folders that jobs read or write and that may lie, or lead, outside the working directory."""
        own = [entry.file for entry in self.zoo.models.values() if entry.origin == "file"]
        data = [place for entry in self.config.data.values() for place in entry.places]
        return [
            path for path in (self.config.weights.source, self.site.scratch, *own, *data, *of_papers, *KEPT) if path
        ]

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
    rooms = {name: open_room(papers()[name], config, zoo, root) for name in config.papers}
    settings = differing(load_config(folder, {"tier": config.tier}, zoo), config)
    return Atlas(root, config, zoo, rooms, load_site(folder), settings)
