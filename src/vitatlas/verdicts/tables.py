"""Which analysis tables verdicts are made from. Imports nothing heavy: the workflow asks for it when it starts."""

from __future__ import annotations

from pathlib import Path

KINDS = (
    "attention",
    "auxiliary",
    "behaviour",
    "das",
    "novel",
    "photoreal_attention",
    "photoreal_behaviour",
    "probe",
)
"""Folders below `results/<tier>/analysis`."""


def kind_of(path: str | Path) -> str:
    """`das` of `results/demo/analysis/das/…`; empty for a path without such a folder."""
    parts = Path(path).parts
    place = parts.index("analysis") + 1 if "analysis" in parts else len(parts)
    return parts[place] if place < len(parts) else ""


def is_read(path: str | Path) -> bool:
    """Whether readings are taken from this analysis table."""
    return kind_of(path) in KINDS
