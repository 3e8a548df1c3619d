"""Facts are collected from a finished run, kept, and read back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.facts import blocks
from vitatlas.facts.collect import collect, finished
from vitatlas.facts.facts import load, save
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import sha256, write_text
from vitatlas.paper.descriptor import Paper
from vitatlas.verdicts.words import HOLDS, NOT_ATTEMPTED, words

TABLE = "results/demo/analysis/made_up/responses/a.parquet"
DAY = datetime(2026, 1, 31, 12, tzinfo=UTC)


class MadeUp(Paper):
    """A paper whose numbers are the rows of its only table."""

    name = "made_up"
    facts = "made_up_facts"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run, and the package of the paper's facts."""
    package = tmp_path / "made_up_facts"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "numbers.py").write_text("def numbers(tables):\n    return tables['responses']\n")
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / TABLE
    path.parent.mkdir(parents=True)
    pd.DataFrame({"setting": ["032"], "value": [1 / 3], "sd": [None], "runs": [1]}).to_parquet(path)
    seen = words("miniature")[HOLDS]
    verdicts_of = [NOT_ATTEMPTED, seen, seen, NOT_ATTEMPTED]
    rows = pd.DataFrame({"about": ["claim", "claim", "claim", "number"], "verdict": verdicts_of})
    record = {"commit": "abc", "inputs": {TABLE: sha256(path), "config/published/made_up.yaml": "0"}}
    verdicts = tmp_path / "results/demo/verdicts/made_up.csv"
    write_text(verdicts, line(record, ".csv") + rows.to_csv(index=False))
    os.utime(verdicts, (DAY.timestamp(), DAY.timestamp()))
    took = pd.DataFrame({"kind": ["das", "probe"], "jobs": [2, 3], "hours": [0.5, 0.25]})
    write_text(tmp_path / "results/demo/compute.csv", line({}, ".csv") + took.to_csv(index=False))
    return tmp_path


def test_facts_are_of_the_tables_that_verdicts_were_made_from(root: Path):
    assert finished(root, "demo", "made_up")
    run, numbers = collect(root, "demo", MadeUp())
    assert (run.tier, run.commit, run.date, run.jobs, run.hours) == ("demo", "abc", "2026-01-31", 5, 0.75)
    assert run.claims == {words("miniature")[HOLDS]: 2, NOT_ATTEMPTED: 1}, "numbers are no claims"
    assert numbers["value"].tolist() == [1 / 3]


def test_facts_come_back_as_they_were_kept(root: Path, tmp_path: Path):
    found = collect(root, "demo", MadeUp())
    save(found, tmp_path / "kept", "made_up")
    run, numbers = load(tmp_path / "kept", "made_up", text=("setting",))
    assert run == found.run
    assert numbers["setting"].tolist() == ["032"] and numbers["value"].item() == pytest.approx(1 / 3, abs=1e-6)
    assert numbers["sd"].isna().all()


def test_a_table_that_was_made_again_does_not_belong_to_the_verdicts(root: Path):
    pd.DataFrame({"value": [0.4]}).to_parquet(root / TABLE)
    with pytest.raises(UserError, match="not the one that the verdicts were made from") as error:
        collect(root, "demo", MadeUp())
    assert TABLE in str(error.value)


def test_a_run_without_verdicts_is_not_finished(root: Path):
    (root / "results/demo/verdicts/made_up.csv").unlink()
    assert not finished(root, "demo", "made_up")


def test_the_run_is_told_in_words(root: Path):
    run = collect(root, "demo", MadeUp()).run
    assert "2026-01-31, commit abc, on " in blocks.run(run) and "5 jobs took 0.8 hours" in blocks.run(run)
    assert "commit that the record does not know" in blocks.run(run.model_copy(update={"commit": None}))
    assert blocks.claims(run) == "Of 3 claims: 2 seen in miniature, 1 not attempted."
    assert blocks.time(run) == "22 minutes"
