"""The finished tables that invariants look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vitatlas.artifacts.panels import read_tables
from vitatlas.invariants.spec import CheckSpec
from vitatlas.jobs.job import Files
from vitatlas.verdicts.collect import kind_of


@dataclass(frozen=True)
class Finished:
    """The tables of a tier.

    Attributes:
        paths: Their files.
    """

    paths: tuple[Path, ...]

    def of(self, *kinds: str) -> list[pd.DataFrame]:
        """The tables of one kind, or of several; none where the tier has none."""
        return [read_tables([path]) for path in self.paths if kind_of(path) in kinds]


def read(spec: CheckSpec, files: Files) -> Finished:
    """The tables `analyses`."""
    return Finished(tuple(files.all("analyses")))
