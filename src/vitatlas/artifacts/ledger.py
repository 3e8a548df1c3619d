"""The ledger of departures: what a paper leaves open or its code does otherwise, our choice, and what that changes.

`config/departures/<paper>.yaml` holds the words, `docs/evidence/departures/<paper>.csv` the measured effects; the page
`docs/departures/<paper>.md` is generated from both.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
from pydantic import Field, model_validator

from vitatlas.config.read import read_yaml, validate
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance

KINDS = {
    "code": "the code does otherwise",
    "open": "left open",
    "ours": "our own way",
}
COLUMNS = ("model", "departure", "quantity", "protocol", "value", "sd", "runs")
"""The columns of the table of effects, beside the paper's keys."""


class Entry(Strict):
    """One point.

    Attributes:
        paper, reference: What the paper says and what its code does; None where there is nothing.
        switch: The key, in the paper's section of the configuration, that goes back to the reference.
        below: The key that the switch stands under; with dots where names of the user's own stand between.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    kind: Literal["code", "open", "ours"]
    paper: str | None = None
    reference: str | None = None
    ours: str
    why: str
    switch: str | None = None
    below: str = "protocol"


class Theme(Strict):
    """Points that belong together."""

    name: str
    entries: list[Entry] = Field(min_length=1)


class Sources(Strict):
    """The sources of a ledger: what it means by the paper, and by its code, in words.

    Attributes:
        paper: What is known of the paper: follows "*The paper* is".
        code: How it is known what its code did: a sentence.
    """

    paper: str
    code: str


class Measurement(Strict):
    """The measurement of effects, in words.

    Attributes:
        artifact: Its name in the paper's registry.
        caution: What is to be kept in mind of it: a sentence.
        values: What its values are: "Shares of examples".
        run: What one of its runs is called: "fine-tuning run".
    """

    artifact: str
    caution: str
    values: str
    run: str


class Ledger(Strict):
    """All points of one paper.

    Attributes:
        paper: The name of its room.
        title: What it is called.
        reference: The repository of its code on GitHub.
    """

    paper: str
    title: str
    reference: str
    sources: Sources
    measured: Measurement
    themes: list[Theme] = Field(min_length=1)

    @property
    def entries(self) -> list[Entry]:
        """The points of all themes, in order."""
        return [entry for theme in self.themes for entry in theme.entries]

    @model_validator(mode="after")
    def _named_once(self) -> Ledger:
        for what, names in (
            ("id", [entry.id for entry in self.entries]),
            ("switch", [entry.switch for entry in self.entries if entry.switch]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{what} used twice: {', '.join(sorted(map(str, twice)))}")
        return self


class Measured(NamedTuple):
    """A mean over runs, and their standard deviation (NaN for one run)."""

    value: float
    sd: float


class Effect(NamedTuple):
    """One quantity under both protocols, in `runs` runs of one model, where the paper's keys have the values `cell`."""

    model: str
    cell: tuple[str, ...]
    quantity: str
    corrected: Measured
    reference: Measured
    runs: int


class Effects:
    """The effects of the switches, as measured.

    Args:
        path: A CSV of the artifact that measured them.
        keys: The paper's keys that tell its rows apart.

    Attributes:
        tier, commit: Of the run; no commit where its code was not committed.
        table: The columns `COLUMNS` and the keys.

    Raises:
        UserError: It is no such CSV.
    """

    def __init__(self, path: Path, keys: Sequence[str]):
        self.keys = [key for key in keys if key not in COLUMNS]
        record = read_provenance(path)
        self.tier, self.commit = str(record["spec"]["tier"]), record["commit"]
        table = pd.read_csv(path, comment="#", dtype=dict.fromkeys(self.keys, str))
        lacking = [name for name in (*COLUMNS, *self.keys) if name not in table]
        if lacking:
            remedy = "copy that of the artifact which the ledger names (`measured.artifact`)"
            raise UserError(f"columns are missing: {', '.join(lacking)}", where=path, remedy=remedy)
        measured = table["departure"].notna()  # not so where a model had nothing to measure
        self.table = table.loc[measured, [*COLUMNS, *self.keys]]

    def of(self, switch: str) -> list[Effect]:
        """The effects of this switch, in the order of the CSV."""
        rows = self.table[self.table["departure"] == switch]
        pairs = (group for _, group in rows.groupby(["model", *self.keys, "quantity"], sort=False))
        return [_effect(group.to_dict("records"), self.keys) for group in pairs]


def _effect(rows: Sequence[Mapping[Hashable, Any]], keys: Sequence[str]) -> Effect:
    """One row of each protocol together."""
    by_protocol = {row["protocol"]: Measured(float(row["value"]), float(row["sd"])) for row in rows}
    first = rows[0]
    return Effect(
        model=str(first["model"]),
        cell=tuple(str(first[key]) for key in keys),
        quantity=str(first["quantity"]),
        corrected=by_protocol["corrected"],
        reference=by_protocol["reference"],
        runs=int(first["runs"]),
    )


def load_ledger(path: Path) -> Ledger:
    """Read a ledger.

    Raises:
        UserError: It cannot be read, or a key or value does not fit; names the file and the key.
    """
    return validate(Ledger, read_yaml(path), str(path))
