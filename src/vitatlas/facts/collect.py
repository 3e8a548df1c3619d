"""Collecting the facts of a finished run from its results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.artifacts.panels import read_tables
from vitatlas.costs.machine import this_machine
from vitatlas.errors import UserError
from vitatlas.facts.facts import Facts, Run
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.files import sha256
from vitatlas.paper.descriptor import Paper
from vitatlas.verdicts.judge import CLAIM
from vitatlas.verdicts.words import VERDICTS


def finished(root: Path, tier: str, paper: str) -> bool:
    """Whether the tier's verdicts on a paper, which come last, are there."""
    return _verdicts(root, tier, paper).is_file() and _costs(root, tier).is_file()


def collect(root: Path, tier: str, paper: Paper) -> Facts:
    """The facts of the tier's results, from those tables that its verdicts were made from.

    Args:
        root: Holds `results/<tier>/`.
        paper: Names its package of facts.

    Raises:
        UserError: The run is not finished, or its tables are not those that its verdicts were made from.
    """
    verdicts, costs = _verdicts(root, tier, paper.name), _costs(root, tier)
    record = read_provenance(verdicts)
    judged, took = (pd.read_csv(path, comment="#") for path in (verdicts, costs))
    run = Run(
        tier=tier,
        commit=record["commit"],
        date=datetime.fromtimestamp(verdicts.stat().st_mtime, UTC).date().isoformat(),
        machine=str(this_machine()),
        jobs=int(took["jobs"].sum()),
        hours=round(float(took["hours"].sum()), 2),
        claims=_counts(judged.loc[judged["about"] == CLAIM, "verdict"]),
    )
    numbers = import_module(f"{paper.facts}.numbers").numbers
    return Facts(run, numbers(_tables(root, tier, paper.name, record)))


def _tables(root: Path, tier: str, paper: str, record: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables by kind."""
    below = f"results/{tier}/analysis/{paper}/"
    kinds: dict[str, list[Path]] = {}
    for name, digest in record["inputs"].items():
        if not name.startswith(below):
            continue
        path = root / name
        if not path.is_file() or sha256(path) != digest:
            problem = "this table is not the one that the verdicts were made from"
            raise UserError(problem, where=path, remedy=f"snakemake --cores all --config tier={tier}")
        kinds.setdefault(name.removeprefix(below).partition("/")[0], []).append(path)
    return {kind: read_tables(paths) for kind, paths in kinds.items()}


def _counts(verdicts: pd.Series) -> dict[str, int]:
    """The number of claims with each verdict, from the best on; only those that occur."""
    found = verdicts.value_counts()
    return {word: int(found[word]) for word in VERDICTS if word in found}


def _verdicts(root: Path, tier: str, paper: str) -> Path:
    return root / f"results/{tier}/verdicts/{paper}.csv"


def _costs(root: Path, tier: str) -> Path:
    return root / f"results/{tier}/compute.csv"
