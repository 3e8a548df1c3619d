"""A tokenizer of whole words, for the text tower of open_clip.

Number 0 is padding. The end has the highest number, since open_clip pools where a text has its largest number
(`pool_type: argmax`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vitatlas.errors import UserError
from vitatlas.images.world.language import WORDS

PAD, START, END = 0, len(WORDS) + 1, len(WORDS) + 2
VOCABULARY = END + 1
"""Numbers that tokens have, from 0 on."""
CONTEXT = 14
"""Tokens of every text, start and end included."""

_NUMBERS = {word: number for number, word in enumerate(WORDS, start=1)}


def encode(texts: Sequence[str]) -> np.ndarray:
    """Tokens of texts: int64 [N, CONTEXT], start, words, end, and padding up to the length.

    Raises:
        UserError: A text has a word that is not in the vocabulary, or too many words.
    """
    tokens = np.full((len(texts), CONTEXT), PAD, np.int64)
    for row, text in zip(tokens, texts, strict=True):
        found = [START, *_words(text), END]
        row[: len(found)] = found
    return tokens


def decode(tokens: np.ndarray) -> list[str]:
    """The texts of tokens [N, length], without start, end and padding."""
    return [" ".join(WORDS[token - 1] for token in row if PAD < token < START) for row in tokens.tolist()]


def _words(text: str) -> list[int]:
    words = text.split()
    unknown = [word for word in words if word not in _NUMBERS]
    if unknown:
        raise UserError(
            f"the picture world's encoders do not know the word {unknown[0]!r}",
            where=text,
            remedy=f"use their words: {' '.join(WORDS)}",
        )
    if len(words) > CONTEXT - 2:
        raise UserError(
            f"a text of {len(words)} words is too long", where=text, remedy=f"use {CONTEXT - 2} words or fewer"
        )
    return [_NUMBERS[word] for word in words]
