"""The choices in scoring that configurations make. Imports no torch."""

from __future__ import annotations

from typing import Literal

Similarity = Literal["cosine", "dot"]
"""Of a vector with a text: `cosine` in the paper, `dot` in the reference code."""
