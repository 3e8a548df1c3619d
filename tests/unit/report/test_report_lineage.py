"""The jobs before an artifact, by the records inside files."""

from pathlib import Path

import pytest
from report_tier import SECONDS_BEFORE_FIGURE_01, Tier

import vitatlas.report.lineage as lineage_module
from vitatlas.jobs.embedded import read_provenance
from vitatlas.report.costs import Cost, cost
from vitatlas.report.lineage import Lineage

SEARCHED, ANSWERS = "analysis/paper/searched/mini.parquet", "analysis/paper/answers/mini.parquet"


@pytest.fixture
def tier(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Tier(tmp_path)


def before(tier: Tier, *tables: str) -> set[str]:
    """The jobs that are counted before one that is handed these tables."""
    folder = tier.results / "benchmarks"
    files = Lineage(folder).before(tier.record("figures/paper/any", *tables))
    return {str(path.relative_to(folder).with_suffix("")) for path in files}


def test_jobs_before_a_table_are_counted_once(tier):
    files = Lineage(tier.results / "benchmarks").before(tier.record("figures/paper/any", SEARCHED, SEARCHED))
    assert cost(files) == Cost(6, SECONDS_BEFORE_FIGURE_01, 700.0)


def test_a_table_that_several_runs_go_into_counts_them_all(tier):
    assert {"finetune/mini/run0", "finetune/mini/run1"} < before(tier, ANSWERS)
    assert "finetune/mini/run1" not in before(tier, SEARCHED)


def test_tables_that_share_jobs_count_them_once(tier):
    both = before(tier, ANSWERS, SEARCHED)
    assert both == before(tier, ANSWERS) | before(tier, SEARCHED)
    assert "scenes/other" not in both


def test_a_file_without_a_record_ends_a_branch(tier):
    tier.write("benchmarks/answers/hub.tsv", "s\tmax_rss\tcpu_time\n5\tNA\tNA\n")
    assert before(tier, "analysis/paper/answers/hub.parquet") == {"answers/hub"}
    record = tier.record("figures/paper/any") | {"inputs": {"mesh.stl": "0", "gone.parquet": "0", "note.csv": "0"}}
    Path("mesh.stl").write_text("solid")
    Path("note.csv").write_text("a,b\n")
    assert Lineage(tier.results / "benchmarks").before(record) == set()


def test_jobs_that_were_not_measured_do_not_count(tier):
    (tier.results / "benchmarks/search/mini/run0.tsv").unlink()
    assert "search/mini/run0" not in before(tier, SEARCHED) and "finetune/mini/run0" in before(tier, SEARCHED)


def test_the_own_job_is_that_of_the_record(tier):
    lineage = Lineage(tier.results / "benchmarks")
    assert cost(lineage.of(tier.record("figures/paper/figure_01"))) == Cost(1, 2.0, 300.0)
    assert lineage.of(tier.record("figures/paper/figure_09")) == set()
    assert lineage.of(tier.record("figures/paper/figure_01") | {"job": None}) == set()


def test_every_record_is_read_once(tier, monkeypatch):
    asked = []
    monkeypatch.setattr(lineage_module, "read_provenance", lambda name: asked.append(name) or read_provenance(name))
    lineage = Lineage(tier.results / "benchmarks")
    for _ in range(2):
        lineage.before(tier.record("figures/paper/any", SEARCHED, ANSWERS))
    assert len(asked) == len(set(asked)) == 9
