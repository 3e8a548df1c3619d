"""The files that a tier is made of, each with the record that it carries or that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.files import sha256
from vitatlas.jobs.provenance import BESIDE
from vitatlas.jobs.seal import EDITED, INTACT, check

WITHOUT_RECORDS = ("logs", "benchmarks", "bundles")
"""Folders of a tier that hold what is told of jobs, and copies."""


@dataclass(frozen=True)
class Held:
    """A file with its record.

    Attributes:
        path: Relative to the checkout.
        record: What it was made from; None where it has none.
        content: Whether it is as it was written: a word of `vitatlas.jobs.seal`.
    """

    path: str
    record: Mapping[str, Any] | None
    content: str

    @property
    def inputs(self) -> dict[str, str]:
        """The digest of each file that it was made from."""
        record = self.record or {}
        return {**record.get("inputs", {}), **record.get("drawn_from", {})}


class Folder:
    """A checkout, whose files are read once each."""

    def __init__(self, checkout: Path):
        self.checkout = checkout
        self.digest = cache(lambda path: sha256(checkout / path))

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.checkout / path).exists()

    def of_tier(self, tier: str) -> list[Held]:
        """Every file of the tier, and the weights that these were made from, which all tiers share."""
        base = self.checkout / "results" / tier
        found = [self._held(path) for path in sorted(base.rglob("*")) if path.is_file() and _counts(path, base)]
        named = {path for held in found for path in held.inputs if path.startswith("resources/")}
        shared = [self._held(self.checkout / path) for path in sorted(named) if self.exists(path)]
        return self._with_those_beside([*found, *shared])

    def _held(self, path: Path) -> Held:
        name = str(path.relative_to(self.checkout))
        try:
            return Held(name, read_provenance(path), check(path))
        except (UserError, OSError, ValueError):
            return Held(name, None, INTACT)

    def _with_those_beside(self, found: list[Held]) -> list[Held]:
        """The same; files without a record of their own get the one that names them."""
        named = {
            str(Path(held.path).parent / name): (held.record, digest)
            for held in found
            if held.record
            for name, digest in held.record.get(BESIDE, {}).items()
        }
        return [self._beside(held, *named[held.path]) if held.path in named else held for held in found]

    def _beside(self, held: Held, record: Mapping[str, Any], digest: str) -> Held:
        return Held(held.path, record, INTACT if self.digest(held.path) == digest else EDITED)


def _counts(path: Path, base: Path) -> bool:
    parts = path.relative_to(base).parts
    hidden = any(part.startswith(".") for part in parts)
    told = path.name.endswith(".failed.ipynb") or (parts[:1] == ("report",) and path.stem == "snakemake")
    return not hidden and not told and parts[0] not in WITHOUT_RECORDS
