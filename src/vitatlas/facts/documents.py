"""The documents that quote the last published run: the page of all its numbers, and the blocks in the README."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from vitatlas.artifacts.registry import Registry
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.facts import blocks
from vitatlas.facts.facts import FOLDER, Facts, load
from vitatlas.facts.page import page


class Quoted:
    """The blocks and pages of one paper.

    Args:
        root: The project's folder.
        registry: With the paper's own models.
        config: Of the published tier.

    Raises:
        UserError: Its facts cannot be read.
    """

    def __init__(self, root: Path, registry: Registry, config: Config, zoo: ModelZoo):
        self.registry, self.paper = registry, registry.paper
        self.settings = self.paper.settings(config, zoo)
        self.stand_ins = blocks.stand_ins(config.section(self.paper.name).stand_ins, zoo)
        self.facts = self._load(root / FOLDER / config.tier)

    @property
    def blocks(self) -> dict[str, str]:
        """The blocks by name, `<paper>.<block>`."""
        found = {"made": blocks.made(self.registry), "stand-ins": self.stand_ins}
        if self.facts:
            about = self.facts.run
            found |= {"run": blocks.run(about), "time": blocks.time(about), "claims": blocks.claims(about)}
            found |= self._own.blocks(self.facts.numbers, self.settings)
        return {f"{self.paper.name}.{name}": text for name, text in found.items()}

    @property
    def pages(self) -> dict[str, str]:
        """The page of all numbers, by its path in the project; none without facts."""
        if not self.facts:
            return {}
        sections = self._own.sections(self.facts.numbers, self.settings)
        about, remark = self.facts.run, self._own.REMARK
        text = page(self.paper.name, self.registry.title, about, remark, self.stand_ins, sections)
        return {f"docs/{about.tier}/{self.paper.name}.md": text}

    def _load(self, folder: Path) -> Facts | None:
        """None for a paper of which nothing was published yet."""
        known = self.paper.facts and (folder / f"{self.paper.name}.json").exists()
        return load(folder, self.paper.name, self._own.TEXTS) if known else None

    @property
    def _own(self) -> ModuleType:
        return import_module(f"{self.paper.facts}.blocks")
