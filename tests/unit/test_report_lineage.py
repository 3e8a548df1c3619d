"""What counts as the cost of an artifact, and what happens to files that do not hold what they should."""

import pytest
from artifact_specs import ZOO
from report_tier import SECONDS_BEFORE_FIGURE_01, Tier

from vitatlas.errors import UserError
from vitatlas.report.claims import Claim, counts, read_claims, reasons
from vitatlas.report.costs import Cost, cost, disk, read_kinds, total
from vitatlas.report.lineage import Lineage
from vitatlas.report.page import number
from vitatlas.report.texts import read_grid, read_rows
from vitatlas.verdicts.words import VERDICTS

TABLE = "analysis/das/mini-objects/discrimination/256.parquet"


@pytest.fixture
def tier(tmp_path):
    return Tier(tmp_path)


def test_jobs_before_a_table_are_counted_once(tier):
    files = Lineage(tier.results / "benchmarks", ZOO).files([TABLE, TABLE])
    assert cost(files) == Cost(6, SECONDS_BEFORE_FIGURE_01, 700.0)


def test_a_table_that_several_runs_go_into_counts_them_all(tier):
    files = Lineage(tier.results / "benchmarks", ZOO).files(
        ["analysis/attention/mini-objects/discrimination/256.parquet"]
    )
    assert sorted(path.parts[-2] + "/" + path.name for path in files if "finetune" in path.parts) == [
        "256/seed0.tsv",
        "256/seed1.tsv",
    ]


def test_a_table_of_unknown_origin_is_named(tier):
    with pytest.raises(UserError, match="unknown what comes before 'dreams/mini-objects'"):
        Lineage(tier.results, ZOO).files(["analysis/dreams/mini-objects.parquet"])


def test_sums_leave_out_what_was_not_sampled():
    assert total([Cost(1, 2.0, None), Cost(2, 3.0, 5.0)]) == Cost(3, 5.0, 5.0)
    assert total([]) == Cost(0, 0.0, None)


def test_disk_is_in_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert disk([tmp_path / "a", tmp_path / "a"]) == 10


def test_kinds_of_jobs_are_read_from_the_compute_table(tier):
    kinds = read_kinds(tier.results / "compute.csv")
    assert [kind.kind for kind in kinds] == ["das", "scenes"] and kinds[1].cost.memory_mb is None


@pytest.mark.parametrize(
    ("given", "shown"), [("0.123456", "0.123"), ("12", "12"), ("", "–"), ("a > b", "a > b"), ("-3.117", "-3.12")]
)
def test_numbers_have_three_digits(given, shown):
    assert number(given) == shown


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("# vitatlas: {}\na,b\n1,2\n")
    assert read_rows(path, ["b"]) == [{"a": "1", "b": "2"}]
    with pytest.raises(UserError, match="no column c"):
        read_rows(path, ["a", "c"])


def test_a_file_without_a_table_is_named(tmp_path):
    path = tmp_path / "t.md"
    path.write_text("only words\n")
    with pytest.raises(UserError, match="no table"):
        read_grid(path)


def test_an_unknown_verdict_is_named(tier):
    path = tier.results / "verdicts/paper.csv"
    path.write_text(path.read_text().replace("direction only", "maybe"))
    with pytest.raises(UserError, match="unknown verdict 'maybe'"):
        read_claims(path)


def test_reasons_are_counted_the_most_frequent_first(tier):
    claims = read_claims(tier.results / "verdicts/paper.csv")
    assert counts(claims, "claim") == dict(zip(VERDICTS, (2, 0, 1, 1, 0), strict=True))
    assert counts(claims, "number")["not attempted"] == 2
    assert reasons(claims) == {"a miniature is not compared in value": 2}
    assert isinstance(claims[0], Claim)
