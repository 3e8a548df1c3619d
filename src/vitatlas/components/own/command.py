"""The command that asks which components of a user's own model carry a user's words, in a user's pictures.

Everything that can be wrong is looked for before anything is downloaded or computed. Then an entry of the zoo is added
where the model is new, and a configuration of a few lines is written, which can be edited and run again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vitatlas.commands.own.data import PREFIX, data_set_of
from vitatlas.commands.own.model import entry_of
from vitatlas.commands.own.zoo_file import add_entry
from vitatlas.components.decompose import Decomposer
from vitatlas.components.own.words import sentences
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.config.load import tiers
from vitatlas.config.models import EncoderEntry, ModelEntry, ModelZoo
from vitatlas.config.read import require_known, validate
from vitatlas.config.schema import Config
from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.world.tokenizer import encode
from vitatlas.jobs.files import write_text
from vitatlas.models.encoder import build_encoder
from vitatlas.models.text.prompts import read_words
from vitatlas.project.load import load_config, load_zoo


@dataclass(frozen=True)
class Request:
    """The words of a command line.

    Attributes:
        model: A model of the zoo, the path of a checkpoint, or timm's name of published weights.
        data: A data set of the configuration, or a folder with pictures.
        words: Path of the list.
        tier: Whose settings, and whose folder of results.
        architecture: timm's name of the checkpoint's architecture; empty where there is no checkpoint.
        name: What a new model is called in the zoo; empty: as its file or its weights.
        text_model: The CLIP model of whose space the words are; empty: the tier's.
    """

    model: str
    data: str
    words: str
    tier: str
    architecture: str = ""
    name: str = ""
    text_model: str = ""


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


def prepare(asked: Request, root: Path) -> Prepared:
    """Check a request, and write what its run needs.

    Args:
        asked: The request.
        root: The checkout, the working directory of the run.

    Raises:
        UserError: Whatever is wrong with it.
    """
    zoo = load_zoo(root / "config/models.yaml")
    of = _settings(asked.tier, zoo, root)
    name, entry = entry_of(asked.model, asked.architecture, zoo)
    name = asked.name if entry and asked.name else name
    data, data_set = data_set_of(asked.data, of.config.data)
    _check_words(of, _text_model(of, asked, name, new=entry is not None), asked.words)
    _check_decomposed(zoo.encoder(name) if entry is None else _encoder(name, entry))
    if entry is not None:
        add_entry(root / "config", name, entry)
    use = f"{data.removeprefix(PREFIX)}-{name}"
    place = f"{of.results}/own/{NAME}/{use}"
    _write(root / f"{place}.yaml", asked, use, name, data, data_set)
    return Prepared(f"{place}.yaml", f"{place}.html", asked.tier)


def _settings(tier: str, zoo: ModelZoo, root: Path) -> ComponentsSettings:
    config: Config = load_config(root / "config", {"tier": tier}, zoo)
    if NAME not in config.papers:
        named = [name for name in tiers(root / "config") if _names(name, zoo, root)]
        raise UserError(
            f"the tier '{tier}' does not have the paper '{NAME}'",
            where="TIER",
            remedy=f"take one of: {', '.join(named)}",
        )
    return ComponentsSettings(config, zoo, NAME)


def _names(tier: str, zoo: ModelZoo, root: Path) -> bool:
    return NAME in load_config(root / "config", {"tier": tier}, zoo).papers


def _text_model(of: ComponentsSettings, asked: Request, model: str, *, new: bool) -> str:
    """The CLIP model of whose space the words will be."""
    if not asked.text_model:
        return of.own.text_model if new else of.text_model_of(model)[0]
    require_known(asked.text_model, of.zoo.models, "model", "TEXT_MODEL")
    if not of.has_texts(asked.text_model):
        able = [name for name, entry in of.zoo.models.items() if entry.encoder and entry.encoder.text]
        raise UserError(
            f"model '{asked.text_model}' has no text tower",
            where="TEXT_MODEL",
            remedy=f"take a CLIP model: {', '.join(able)}",
        )
    return asked.text_model


def _check_words(of: ComponentsSettings, text_model: str, path: str) -> None:
    """A miniature knows few words; a published model any."""
    words = read_words(expanded(path))
    if of.small_tower(text_model) is None:
        return
    for word in words.items():
        try:
            encode(sentences(*word, small=True))
        except UserError as error:
            raise UserError(
                f"the CLIP model '{text_model}' is a miniature: {error.problem}",
                where=path,
                remedy=f"take a published one, as TEXT_MODEL=clip_b16_laion; or {error.remedy}",
            ) from error


def _encoder(name: str, entry: dict[str, Any]) -> EncoderEntry:
    """The entry as an encoder.

    Raises:
        UserError: It is not as it should be.
    """
    alone = ModelZoo(models={name: validate(ModelEntry, entry, f"the entry of '{name}'")})
    return alone.encoder(name)


def _check_decomposed(entry: EncoderEntry) -> None:
    """Refuse what cannot be taken apart, with random weights, before any weights are fetched."""
    Decomposer(build_encoder(entry, seed=0).eval())


def _write(path: Path, asked: Request, use: str, model: str, data: str, data_set: DataSet | None) -> None:
    """The configuration."""
    text_model = {"text_model": asked.text_model} if asked.text_model else {}
    own = {"data": data, "model": model, "words": str(expanded(asked.words).resolve()), **text_model}
    sets = {} if data_set is None else {"data": {data: data_set.model_dump()}}
    content = yaml.safe_dump({**sets, NAME: {"own": {use: own}}}, sort_keys=False, allow_unicode=True)
    page = path.with_suffix(".html").name
    write_text(path, f"# Makes {page} beside this file; more keys: config/README.md, components.own\n{content}")
