"""The engine that checks invariants: it takes any tables, a violation is reported, and nothing stops."""

import json

import pandas as pd
import pytest

from vitatlas.invariants.invariant import check, invariant
from vitatlas.invariants.job import COLUMNS, checking
from vitatlas.invariants.spec import CheckSpec
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import Files, parse


class ToySpec(CheckSpec):
    """The paper's own expectations."""

    most: float


@invariant("not too much", "No amount is beyond the most.", source="the definition", tables=("amounts",), bound=0.5)
def not_too_much(tables: dict[str, pd.Series]):
    return tables["amounts"] - tables["most"]


@invariant("whole", "Amounts are whole numbers.", source="counted", tables=("amounts", "others"))
def whole(tables: dict[str, pd.Series]):
    return abs(tables["amounts"] - tables["amounts"].round())


@invariant("others", "Nothing is said of others.", source="nowhere", tables=("others",))
def others(tables: dict[str, pd.Series]):
    return ()


def read(spec: ToySpec, files: Files) -> dict[str, pd.Series]:
    amounts = pd.concat([pd.read_parquet(path)["amount"] for path in files.all("amounts")])
    return {"amounts": amounts, "most": pd.Series(spec.most, amounts.index)}


def tables(*amounts: float, most: float = 2) -> dict[str, pd.Series]:
    return {"amounts": pd.Series(amounts), "most": pd.Series([most] * len(amounts))}


@pytest.mark.parametrize(
    ("amounts", "worst", "held"),
    [((1, 2), 0, True), ((1, 2.5), 0.5, True), ((2.6, 1), 0.6, False)],
    ids=["within", "at the bound", "beyond it"],
)
def test_the_worst_deviation_decides(amounts, worst, held):
    found = check(not_too_much, tables(*amounts))
    assert (found.worst, found.held, found.rows) == (pytest.approx(worst), held, 2)


def test_a_missing_value_breaks_it_wherever_it_stands():
    for amounts in ((float("nan"), 1), (1, float("nan"))):
        found = check(not_too_much, tables(*amounts))
        assert not found.held and found.worst != found.worst


def test_nothing_is_said_where_there_is_nothing_to_look_at():
    assert check(not_too_much, tables()) is None and check(others, tables(1)) is None


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The folder in which the job has checked two tables."""
    monkeypatch.chdir(tmp_path)
    for name, amounts in {"a": [1.0, 2.0], "b": [1.5]}.items():
        pd.DataFrame({"amount": amounts}).to_parquet(f"{name}.parquet")
    command = ["--input", "amounts", "a.parquet", "b.parquet", "--output", "csv", "c.csv", "--output", "md", "c.md"]
    job = parse(ToySpec, [*command, "--spec", json.dumps({"paper": "toy", "tier": "smoke", "most": 2})])
    checking((not_too_much, whole, others), read)(job)
    return tmp_path


def test_one_row_per_invariant_that_says_something(written):
    table = pd.read_csv(written / "c.csv", comment="#")
    assert list(table.columns) == COLUMNS
    assert table["name"].tolist() == ["not too much", "whole"]
    assert table["held"].tolist() == [True, False] and table["worst"].tolist() == [0, 0.5]
    assert table["rows"].tolist() == [3, 3] and table["tables"].tolist() == ["amounts", "amounts; others"]


def test_the_page_begins_with_what_is_violated(written):
    page = (written / "c.md").read_text()
    assert "# Invariants of the tables: toy, tier smoke\n" in page and "1 of 2 held." in page
    assert page.split("|---|---|---|---:|---:|---:|\n")[1].startswith("| **violated** | Amounts are whole numbers. |")


@pytest.mark.parametrize("name", ["c.csv", "c.md"])
def test_both_files_say_what_was_checked(written, name):
    record = read_provenance(written / name)
    assert record["tier"] == "smoke" and set(record["inputs"]) == {"a.parquet", "b.parquet"}
