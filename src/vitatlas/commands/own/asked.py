"""A request about a user's own model and pictures, checked, and the run that answers it.

Everything that can be wrong is looked for before anything is downloaded or computed. Then an entry of the zoo is added
where the model is new, and a configuration of a few lines is written, which can be edited and run again.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vitatlas.commands.own.data import PREFIX, data_set_of
from vitatlas.commands.own.model import entry_of
from vitatlas.commands.own.zoo_file import add_entry
from vitatlas.config.load import tiers
from vitatlas.config.models import EncoderEntry, ModelEntry, ModelZoo
from vitatlas.config.read import validate
from vitatlas.config.schema import Config
from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.jobs.files import write_text
from vitatlas.paper.specs import Settings
from vitatlas.project.load import load_config


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The words of a command line that every paper takes.

    Attributes:
        model: A model of the zoo, the path of a checkpoint, or timm's name of published weights.
        data: A data set of the configuration, or a folder with pictures.
        tier: Whose settings, and whose folder of results.
        architecture: timm's name of the checkpoint's architecture; empty where there is no checkpoint.
        name: What a new model is called in the zoo; empty: as its file or its weights.
    """

    model: str
    data: str
    tier: str
    architecture: str = ""
    name: str = ""


@dataclass(frozen=True)
class Named:
    """The model and the pictures of a request.

    Attributes:
        model: Its name in the zoo.
        entry: Its entry where the zoo does not have it yet.
        data: The name of the data set.
        data_set: Its entry where the configuration does not have it yet.
    """

    model: str
    entry: dict[str, Any] | None
    data: str
    data_set: DataSet | None

    @property
    def use(self) -> str:
        """The name of the run."""
        return f"{self.data.removeprefix(PREFIX)}-{self.model}"

    def encoder(self, zoo: ModelZoo) -> EncoderEntry:
        """The model as an encoder.

        Raises:
            UserError: It is none, or its entry is not as it should be.
        """
        if self.entry is None:
            return zoo.encoder(self.model)
        entry = validate(ModelEntry, self.entry, f"the entry of '{self.model}'")
        return ModelZoo(models={self.model: entry}).encoder(self.model)


@dataclass(frozen=True)
class Prepared:
    """A run.

    Attributes:
        configuration: The file that was written, relative to the checkout.
        page: The page that the run makes.
        tier: Of the run.
    """

    configuration: str
    page: str
    tier: str

    def command(self, cores: str) -> list[str]:
        """Snakemake's command line."""
        start = [sys.executable, "-m", "snakemake", "--cores", cores, "--show-failed-logs"]
        return [*start, "--configfile", self.configuration, "--config", f"tier={self.tier}", "--", self.page]


def config_of(tier: str, paper: str, zoo: ModelZoo, root: Path) -> Config:
    """The configuration of a tier that has a paper.

    Raises:
        UserError: It has not; names those that have.
    """
    config: Config = load_config(root / "config", {"tier": tier}, zoo)
    if paper not in config.papers:
        named = [name for name in tiers(root / "config") if _has(name, paper, zoo, root)]
        raise UserError(
            f"the tier '{tier}' does not have the paper '{paper}'",
            where="TIER",
            remedy=f"take one of: {', '.join(named)}",
        )
    return config


def named_in(asked: Asked, config: Config, zoo: ModelZoo) -> Named:
    """The model and the pictures that a request names.

    Raises:
        UserError: As `entry_of` and `data_set_of`.
    """
    name, entry = entry_of(asked.model, asked.architecture, zoo)
    name = asked.name if entry and asked.name else name
    return Named(name, entry, *data_set_of(asked.data, config.data))


def write_run(of: Settings, named: Named, own: Mapping[str, Any], root: Path) -> Prepared:
    """Add the model to the zoo where it is new, and write the configuration of the run.

    Args:
        of: The tier, as the paper sees it.
        named: The model and the pictures.
        own: More keys of the entry in the section `own` of the paper.
        root: The checkout, the working directory of the run.

    Raises:
        UserError: The zoo has another model of this name.
    """
    if named.entry is not None:
        add_entry(root / "config", named.model, named.entry)
    entry = {"data": named.data, "model": named.model, **own}
    sets = {} if named.data_set is None else {"data": {named.data: named.data_set.model_dump()}}
    content = {**sets, of.paper: {"own": {named.use: entry}}}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    place = f"{of.results}/own/{of.paper}/{named.use}"
    first = f"# Makes {named.use}.html beside this file; more keys: config/README.md, {of.paper}.own"
    write_text(root / f"{place}.yaml", f"{first}\n{text}")
    return Prepared(f"{place}.yaml", f"{place}.html", of.config.tier)


def _has(tier: str, paper: str, zoo: ModelZoo, root: Path) -> bool:
    return paper in load_config(root / "config", {"tier": tier}, zoo).papers
