import json

import pandas as pd
import pytest

from vitatlas.costs.compute import compute_table
from vitatlas.costs.spec import ComputeTableSpec
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse

HEADER = "s\tmax_rss\tcpu_time\n"


def made(folder, **changes):
    """The outputs of the job."""
    arguments = ["--output", "csv", str(folder / "compute.csv"), "--output", "md", str(folder / "compute.md")]
    spec = {"tier": "demo", "benchmarks": str(folder / "benchmarks")} | changes
    compute_table(parse(ComputeTableSpec, [*arguments, "--spec", json.dumps(spec)]))
    return pd.read_csv(folder / "compute.csv", comment="#"), (folder / "compute.md").read_text()


def benchmark(folder, name: str, seconds: float, memory: str = "NA") -> None:
    path = folder / "benchmarks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}{seconds}\t{memory}\tNA\n")


def test_sums_by_kind_of_job(tmp_path):
    benchmark(tmp_path, "finetune/a/run0.tsv", 3600, "500.5")
    benchmark(tmp_path, "finetune/b/run1.tsv", 1800, "700")
    benchmark(tmp_path, "coverage.tsv", 36)
    benchmark(tmp_path, "compute.tsv", 99)
    table, page = made(tmp_path)
    assert table["kind"].tolist() == ["finetune", "coverage"]
    assert table["jobs"].tolist() == [2, 1]
    assert table["hours"].tolist() == [1.5, 0.01]
    assert table["longest_s"].tolist() == [3600, 36]
    assert table["memory_mb"][0] == 700 and pd.isna(table["memory_mb"][1])
    assert "3 jobs, 1.51 hours in sum" in page
    assert "| finetune | 2 | 1.500 | 3600.0 | 700 |" in page and "| coverage | 1 | 0.010 | 36.0 | – |" in page


def test_a_run_without_benchmark_files_gives_an_empty_table(tmp_path):
    table, page = made(tmp_path)
    assert table.empty and "0 jobs" in page


def test_a_damaged_benchmark_file_is_named_and_nothing_written(tmp_path):
    benchmark(tmp_path, "finetune/a.tsv", 1)
    (tmp_path / "benchmarks/finetune/b.tsv").write_text("")
    with pytest.raises(UserError, match=r"b\.tsv"):
        made(tmp_path)
    assert not (tmp_path / "compute.csv").exists()
