"""The files that are generated: the reference of configuration, JSON schemas, the list of artifacts, ledgers, and what
quotes the last published run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vitatlas.artifacts.coverage import listing
from vitatlas.artifacts.ledger import Effects, load_ledger
from vitatlas.artifacts.ledger_page import page
from vitatlas.artifacts.registry import load_registry
from vitatlas.config.document import PaperTypes, reference, schemas
from vitatlas.config.load import DEFAULT_TIER, tiers
from vitatlas.config.quote import with_values
from vitatlas.config.schema import Config
from vitatlas.facts.documents import Quoted
from vitatlas.facts.fill import filled
from vitatlas.papers import papers
from vitatlas.project.load import full_config_type, full_zoo_type, load_config, load_zoo

FILLED = ("README.md",)
"""Documents of which only what stands between marks is generated."""


def documents(root: Path) -> dict[str, str]:
    """The text of every generated file, by its path in the project.

    Raises:
        UserError: A file of the configuration, of the facts or of the documents is not as it should be.
    """
    config = root / "config"
    zoo = load_zoo(config / "models.yaml", own=False)
    registries = [load_registry(config / "artifacts" / f"{name}.yaml", paper, zoo) for name, paper in papers().items()]
    configs = {tier: load_config(config, {"tier": tier}, zoo) for tier in tiers(config)}
    shown = configs[DEFAULT_TIER]
    # A paper that is being built may have no section in that tier yet.
    quoted = [Quoted(root, registry, shown, zoo) for registry in registries if registry.paper.name in shown.papers]
    found = _references() | {"docs/artifacts.md": listing(registries, zoo)}
    pages = {name: text for of in quoted for name, text in of.pages.items()}
    return found | _ledgers(root, configs) | _filled(root, quoted) | pages


def _references() -> dict[str, str]:
    """The keys of the configuration, for people and for editors."""
    types = {name: PaperTypes(of.section, of.zoo_annex, of.model_annex) for name, of in papers().items()}
    found = {f"config/schema/{name}": text for name, text in schemas(full_config_type(), full_zoo_type()).items()}
    return {"config/README.md": reference(types)} | found


def _ledgers(root: Path, configs: Mapping[str, Config]) -> dict[str, str]:
    """The ledgers of departures, of papers that have one."""
    found = {}
    for name, paper in papers().items():
        ledger, effects = root / f"config/departures/{name}.yaml", root / f"docs/evidence/departures/{name}.csv"
        if ledger.exists():
            measured = Effects(effects, paper.shown) if effects.exists() else None
            text = page(load_ledger(ledger), measured, paper.words)
            found[f"docs/departures/{name}.md"] = with_values(text, configs, str(ledger))
    return found


def _filled(root: Path, quoted: Sequence[Quoted]) -> dict[str, str]:
    """Documents with the blocks of all papers between their marks."""
    blocks = {name: text for of in quoted for name, text in of.blocks.items()}
    paths = {name: root / name for name in FILLED if (root / name).exists()}
    return {name: filled(path.read_text(encoding="utf-8"), blocks, path) for name, path in paths.items()}
