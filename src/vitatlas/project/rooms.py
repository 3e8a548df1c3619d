"""A paper as this run has it: its registry, and what its rules ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import (
    Artifact,
    Registry,
    inputs,
    load_registry,
    outputs,
    withhold_absent,
    withhold_uncomparable,
)
from vitatlas.artifacts.stand_ins import placed
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.images.brought.missing import lacking, without
from vitatlas.paper.descriptor import Analysis, Paper
from vitatlas.paper.specs import Specs


@dataclass(frozen=True)
class Room:
    """One paper in one tier.

    Attributes:
        paper: The descriptor.
        registry: Its artifacts, with the paper's own models.
        root: The project's folder.
    """

    paper: Paper
    registry: Registry
    config: Config
    zoo: ModelZoo
    root: Path

    @cached_property
    def settings(self) -> Any:
        """The paper's view of the configuration."""
        return self._settings(self.config)

    def _settings(self, config: Config) -> Any:
        return replace(self.paper.settings(config, self.zoo), shown=self.models_of_tables)

    @cached_property
    def models_of_tables(self) -> dict[str, list[str]]:
        """The models that the tier's artifacts show, in order of their names, by kind of table."""
        shown: dict[str, set[str]] = {}
        for artifact in self.artifacts:
            for analysis in artifact.reads:
                shown.setdefault(analysis.kind, set()).update(panel.model for panel in artifact.panels)
        return {kind: sorted(models) for kind, models in shown.items()}

    @cached_property
    def specs(self) -> Specs:
        """The specs of the paper's rules."""
        return Specs(self.paper.builders, self._settings, self.config, self.root, self.name)

    @cached_property
    def paths(self) -> Any:
        """The input functions of the paper's rules."""
        return self.paper.paths(self.settings)

    @property
    def name(self) -> str:
        """The paper's name."""
        return self.paper.name

    @property
    def results(self) -> str:
        """The tier's folder, relative to the working directory."""
        return f"results/{self.config.tier}"

    @property
    def stand_ins(self) -> dict[str, str]:
        """The tier's model by the paper's, where another stands in."""
        return dict(self.config.section(self.name).stand_ins)

    @cached_property
    def shown(self) -> Registry:
        """The registry with the tier's models in place."""
        return placed(self.registry, self.stand_ins, self.config.tier)

    @property
    def artifacts(self) -> list[Artifact]:
        """The artifacts that the tier makes, with its models in place."""
        return self.shown.in_tier(self.config.tier)

    @property
    def has_published_numbers(self) -> bool:
        """Whether numbers that the paper published are known."""
        return (self.root / "config/published" / f"{self.name}.yaml").exists()

    def artifact(self, name: str) -> Artifact:
        """The artifact of this name, with the tier's models in place.

        Raises:
            UserError: There is none.
        """
        return self.shown.artifact(name)

    def tables_of(self, artifact: Artifact) -> list[str]:
        """The files that an artifact is made from."""
        return inputs(artifact, self.results, self.zoo)

    def outputs_of(self, artifact: Artifact) -> list[str]:
        """The files of an artifact."""
        return list(outputs(artifact, self.results).values())

    @property
    def outputs(self) -> list[str]:
        """The files of all artifacts of the tier."""
        return [file for artifact in self.artifacts for file in self.outputs_of(artifact)]

    @property
    def tables(self) -> dict[str, tuple[Analysis, dict[str, Any]]]:
        """The tables that the tier's artifacts are made from, each once: of each file its kind, and its words."""
        found = (
            (analysis.path(self.name, words), analysis, words)
            for artifact in self.artifacts
            for analysis, words in artifact.tables(self.zoo)
        )
        return {f"{self.results}/{path}": (analysis, words) for path, analysis, words in found}

    @property
    def judged_tables(self) -> list[str]:
        """The tables that verdicts are made from."""
        return [file for file, (analysis, _) in self.tables.items() if analysis.readings]

    @property
    def checked_tables(self) -> dict[str, list[str]]:
        """The tables that invariants are checked on, as `analyses`, and those that these rest on, as
        `rests_on`."""
        checked = {file: table for file, table in self.tables.items() if table[0].invariants}
        return {"analyses": list(checked), "rests_on": self.paper.tested(list(checked.values()), self.settings)}


def _lacking(artifact: Artifact, config: Config) -> Iterator[str]:
    """Data that must be fetched before an artifact can be made, in words: of what its entry names, and of what the
    configuration makes its tables from."""
    for known in artifact.data:
        if (said := lacking(known, config.data)) is not None:
            yield said
    absent = without(config.data)
    if artifact.family.pending is None:
        for name in artifact.paper.data_of([analysis.kind for analysis in artifact.reads], config):
            if name in absent:
                yield absent[name]


def open_room(paper: Paper, config: Config, zoo: ModelZoo, root: Path) -> Room:
    """A paper in the tier of a configuration.

    Raises:
        UserError: Its registry, its section or its models are not as they should be.
    """
    registry = load_registry(root / "config/artifacts" / f"{paper.name}.yaml", paper, zoo)
    switched = config.section(paper.name).switched
    there = withhold_absent(registry, lambda artifact: _lacking(artifact, config))
    return Room(paper, withhold_uncomparable(there, switched), config, zoo, root)
