"""Phrases around a name, and lists of names: those of ImageNet, and a user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (open_clip imports torchvision, which needs this first)

# isort: split
from open_clip import IMAGENET_CLASSNAMES, OPENAI_IMAGENET_TEMPLATES

Template = str | Callable[[str], str]
"""A phrase with `{}` where the name stands, or a function from the name to the phrase."""

IMAGENET_TEMPLATES: tuple[Template, ...] = tuple(OPENAI_IMAGENET_TEMPLATES)
"""The 80 templates that CLIP's authors publish for ImageNet."""

IMAGENET_NAMES: tuple[str, ...] = tuple(IMAGENET_CLASSNAMES)
"""The names of ImageNet's 1,000 classes, in the order of sorted class ids; two names occur twice."""

PLAIN: tuple[Template, ...] = ("{}",)
"""The name alone."""


def prompt(template: Template, name: str) -> str:
    """The phrase about a name.

    Raises:
        UserError: The template has not exactly one place for the name.
    """
    if not isinstance(template, str):
        return template(name)
    before, place, after = template.partition("{}")
    if not place or "{}" in after:
        raise UserError(
            f"the template '{template}' has {template.count('{}')} places for the name",
            remedy="write {} once, as in 'a photo of a {}.'",
        )
    return f"{before}{name}{after}"


def read_words(path: str | Path) -> dict[str, str]:
    """A user's own list: phrases by name, in the order of the file.

    One per line, `name: phrase`, or a word that is both. Empty lines and what follows a `#` count for nothing.

    Raises:
        UserError: No such file, or not UTF-8; no words; a name or phrase that is empty or stands there twice.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UserError(f"the list of words cannot be read: {error.strerror}", where=path) from error
    except UnicodeDecodeError as error:
        raise UserError("the list of words is no UTF-8 text", where=path, remedy="save it as UTF-8") from error
    words: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if text := line.partition("#")[0].strip():
            _enter(words, text, f"{path}, line {number}")
    if not words:
        raise UserError("the list holds no words", where=path, remedy="write one word, or `name: phrase`, per line")
    return words


def _enter(words: dict[str, str], text: str, where: str) -> None:
    name, colon, phrase = (part.strip() for part in text.partition(":"))
    phrase = phrase if colon else name
    if not name or not phrase:
        raise UserError(f"a name or a phrase is missing in '{text}'", where=where, remedy="write `name: phrase`")
    if name in words:
        raise UserError(f"the name '{name}' stands there twice", where=where, remedy="take one out")
    if phrase in words.values():
        raise UserError(f"the phrase '{phrase}' stands there twice", where=where, remedy="take one out")
    words[name] = phrase
