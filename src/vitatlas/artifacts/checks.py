"""Checks of a registry that its schema cannot make: families, notes and texts must fit the descriptor of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from vitatlas.artifacts.schema import Entry, Family, RegistryFile
from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.paper.descriptor import Paper


def check_families(content: RegistryFile[Any], paper: Paper, path: Path) -> None:
    """Check the kinds of table that families read, and the options by which they name some.

    Raises:
        UserError: One is not there.
    """
    for name, family in content.families.items():
        where = f"{path}: key 'families.{name}'"
        options = paper.options_of(name).model_fields
        for option in (*(word for kind in family.reads for word in words(kind)), *family.reads_with):
            if option not in options:
                known = ", ".join(options) or "none"
                raise UserError(f"the family '{name}' has no option '{option}'; it has: {known}", where=where)
        for kind in (kind for kind in family.reads if not words(kind)):
            paper.analysis(kind, where)
        for kinds in family.reads_with.values():
            for kind in kinds:
                paper.analysis(kind, where)


def check_notes(content: RegistryFile[Any], paper: Paper, path: Path) -> None:
    """Check the keys and values by which notes say which panels they are about.

    Raises:
        UserError: Panels have no such key, or not this value of it.
    """
    where, fields = f"{path}: key 'notes'", paper.panel.model_fields
    for note in content.notes:
        for key, value in note.about.items():
            require_known(key, fields, "key of a panel", where)
            kind: Any = fields[key].annotation
            try:
                TypeAdapter(kind).validate_python(value, strict=True)
            except ValidationError as error:
                problem = f"key '{key}' of a panel is never {value!r}: {error.errors()[0]['msg']}"
                raise UserError(problem, where=where) from error


def check_entry(entry: Entry[Any], family: Family, paper: Paper, options: Mapping[str, Any], where: str) -> None:
    """Check the kinds of table that the options of an entry name, and the words in braces in its title and caption.

    Args:
        options: With those that the entry leaves at their defaults.
        where: The entry, for messages.

    Raises:
        UserError: A kind that is not there, or a word that nothing fills.
    """
    for kind in family.reads:
        paper.analysis(kind.format(**options), where)
    allowed = ["models", "panels", *paper.caption_words([], options)]
    for key in ("title", "caption"):
        for word in words(getattr(entry, key)):
            if word not in allowed:
                problem = f"unknown placeholder '{{{word}}}'; allowed: {', '.join(allowed)}"
                raise UserError(problem, where=f"{where}.{key}")


def words(text: str) -> list[str]:
    """The words in braces."""
    return [word for _, word, _, _ in Formatter().parse(text) if word is not None]
