"""Facts: the numbers of one finished run that documents quote, as they are kept in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vitatlas.config.read import read_yaml, validate
from vitatlas.config.strict import Strict
from vitatlas.jobs.files import write_text

FOLDER = "docs/evidence"
DECIMALS = 6
"""Of values in files: more are not shown anywhere."""


class Run(Strict):
    """The run that the numbers are of.

    Attributes:
        commit: None where the code was not committed.
        date: The day on which its verdicts were written, as 2026-01-31.
        machine: The one that the facts were collected on.
        hours: Of one core, of all jobs together.
        claims: How many claims have each verdict, in the order in which verdicts are listed.
    """

    tier: str
    commit: str | None
    date: str
    machine: str
    jobs: int
    hours: float
    claims: dict[str, int]


class Facts(NamedTuple):
    """A run, and its numbers: one row each, with the paper's columns, and value, sd, runs (see the paper's module)."""

    run: Run
    numbers: pd.DataFrame


def save(facts: Facts, folder: Path, paper: str) -> list[Path]:
    """Write `<paper>.json` and `<paper>.csv` into a folder; their paths."""
    about, numbers = folder / f"{paper}.json", folder / f"{paper}.csv"
    # Not with sorted keys: the verdicts have an order.
    write_text(about, facts.run.model_dump_json(indent=1) + "\n")
    write_text(numbers, facts.numbers.round(DECIMALS).to_csv(index=False, lineterminator="\n"))
    return [about, numbers]


def load(folder: Path, paper: str, text: tuple[str, ...] = ()) -> Facts:
    """The facts of a paper in a folder.

    Args:
        text: Columns that are text whatever they look like.

    Raises:
        UserError: There are none, or they cannot be read.
    """
    about = folder / f"{paper}.json"
    run = validate(Run, read_yaml(about), str(about))
    return Facts(run, pd.read_csv(folder / f"{paper}.csv", dtype=dict.fromkeys(text, str)))
