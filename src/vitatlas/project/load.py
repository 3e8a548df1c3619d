"""Reading the configuration and the zoo with the sections of all papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vitatlas.config import load
from vitatlas.config.models import ModelZoo, zoo_type
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config, config_type
from vitatlas.paper.specs import Builder
from vitatlas.papers import builders_of_papers, papers
from vitatlas.project.shared_specs import BUILDERS


def full_zoo_type() -> type[ModelZoo]:
    """The schema of the zoo with the annexes of all papers."""
    return zoo_type({name: (paper.zoo_annex, paper.model_annex) for name, paper in papers().items()})


def full_config_type() -> type[Config]:
    """The schema of a tier with the sections of all papers."""
    return config_type({name: paper.section for name, paper in papers().items()})


def load_zoo(path: Path, *, own: bool = True) -> ModelZoo:
    """The model zoo; arguments and errors as of `vitatlas.config.load.load_zoo`."""
    moved = {old: new for paper in papers().values() for old, new in paper.moved_in_zoo.items()}
    return load.load_zoo(path, full_zoo_type(), moved, own=own)


def load_config(folder: Path, overrides: Mapping[str, Any], zoo: ModelZoo) -> Config:
    """The configuration of a tier, checked by all papers that it names.

    Args:
        folder: Where the tiers' files are.
        overrides: Values on top of the file's.

    Raises:
        UserError: As `vitatlas.config.load.load_config`; an unknown paper, rule or model; or what a paper refuses.
    """
    moved = {old: new for paper in papers().values() for old, new in paper.moved.items()}
    config = load.load_config(folder, overrides, full_config_type(), moved)
    origin = f"{folder / config.tier}.yaml, with the values given on top"
    for name in config.papers:
        require_known(name, papers(), "paper", f"{origin}: key 'papers'")
    # A tier says it of the rules of all papers, whichever of them this run makes.
    known = _on_gpu([*BUILDERS, *builders_of_papers()])
    for rule in config.gpu_memory_mb.keys() - {"default"}:
        require_known(rule, known, "rule", f"{origin}: key 'gpu_memory_mb'")
    for name in config.papers:
        papers()[name].check(config, zoo, origin)
    return config


def builders_of(config: Config) -> list[Builder]:
    """The builders of all rules of the papers that a configuration names, and of those that papers share."""
    return [*BUILDERS, *(builder for name in config.papers for builder in papers()[name].builders)]


def gpu_rules(config: Config) -> list[str]:
    """The rules of these papers that compute on a GPU where there is one."""
    return _on_gpu(builders_of(config))


def _on_gpu(builders: Iterable[Builder]) -> list[str]:
    return [builder.rule for builder in builders if builder.gpu]
