"""Snakemake's record of how it last made a file: `.snakemake/metadata`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(".snakemake/metadata")
LONGEST_NAME = 254
"""Characters of a record's file name, as Snakemake cuts it; a longer one goes on in folders called `@…`."""


@dataclass(frozen=True)
class Record:
    """How a file was last made.

    Attributes:
        spec: What the job depended on (`vitatlas.jobs.spec.effective`); None where it was not recorded.
        inputs: What it read.
    """

    spec: dict[str, Any] | None
    inputs: frozenset[str]


def read_record(checkout: Path, output: str) -> Record | None:
    """The record of a file; None where Snakemake has none, or none that can be read.

    Args:
        checkout: The folder in which Snakemake ran.
        output: The file, as the rule states it.
    """
    try:
        told = json.loads((checkout / FOLDER / _name(output)).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    return Record(_spec(told.get("params") or []), frozenset(told.get("input") or []))


def _name(output: str) -> Path:
    code = urlsafe_b64encode(output.encode()).decode()
    parts = [code[start : start + LONGEST_NAME] for start in range(0, len(code), LONGEST_NAME)]
    return Path(*(f"@{part}" for part in parts[:-1]), parts[-1])


def _spec(params: Sequence[str]) -> dict[str, Any] | None:
    """The spec among the recorded parameters, of which it is the only one that is a JSON object."""
    for text in params:
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            continue
        if isinstance(value, dict):
            return value
    return None
