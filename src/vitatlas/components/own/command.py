"""The command that asks which components of a user's own model carry a user's words, in a user's pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vitatlas.commands.own.asked import Asked, Prepared, config_of, named_in, write_run
from vitatlas.components.decompose import Decomposer
from vitatlas.components.own.words import sentences
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.config.models import EncoderEntry
from vitatlas.config.read import require_known
from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.world.tokenizer import encode
from vitatlas.models.encoder import build_encoder
from vitatlas.models.text.prompts import read_words
from vitatlas.project.load import load_zoo


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    """The words of a command line.

    Attributes:
        words: Path of the list.
        text_model: The CLIP model of whose space the words are; empty: the tier's.
    """

    words: str
    text_model: str = ""


def prepare(asked: Request, root: Path) -> Prepared:
    """Check a request, and write what its run needs.

    Args:
        asked: The request.
        root: The checkout, the working directory of the run.

    Raises:
        UserError: Whatever is wrong with it.
    """
    zoo = load_zoo(root / "config/models.yaml")
    of = ComponentsSettings(config_of(asked.tier, NAME, zoo, root), zoo, NAME)
    named = named_in(asked, of.config, zoo)
    _check_words(of, _text_model(of, asked, named.model, new=named.entry is not None), asked.words)
    _check_decomposed(named.encoder(zoo))
    text_model = {"text_model": asked.text_model} if asked.text_model else {}
    return write_run(of, named, {"words": str(expanded(asked.words).resolve()), **text_model}, root)


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


def _check_decomposed(entry: EncoderEntry) -> None:
    """Refuse what cannot be taken apart, with random weights, before any weights are fetched."""
    Decomposer(build_encoder(entry, seed=0).eval())
