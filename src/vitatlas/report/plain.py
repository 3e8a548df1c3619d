"""Names that programs have for things, as readers know them: no name of a program stands on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vitatlas.artifacts.spec import number

NAME = re.compile(r"\w[\w./-]*[_/][\w./-]*\w")
"""A name of programs inside a sentence: with an underscore or a stroke in it."""
ARTIFACT = re.compile(r"(figure|table)_\d+")


class Plain:
    """Turns names into words.

    Args:
        words: What names mean: models, and values of keys.
        statements: What claims state, by their ids.
    """

    def __init__(self, words: Mapping[str, str], statements: Mapping[str, str]):
        self._words, self._statements = words, statements

    def cell(self, text: str) -> str:
        """A cell that holds names alone, with commas between them."""
        return ", ".join(self._words.get(name, name) for name in text.split(", "))

    def sentence(self, text: str) -> str:
        """A sentence in which names may stand; what is no name that is known stays as it is."""
        return NAME.sub(lambda found: self._word(found[0]), text)

    def _word(self, name: str) -> str:
        if name in self._statements:
            return f"“{self._statements[name]}”"
        return number(name) if ARTIFACT.fullmatch(name) else self._words.get(name, name)
