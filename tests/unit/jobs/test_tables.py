"""Tables say where they come from."""

import json

import pandas as pd
import pytest

from vitatlas.config.strict import Strict
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.files import sha256
from vitatlas.jobs.job import Job, parse
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.seal import CONTENT, UNSEALED
from vitatlas.jobs.tables import write_table


class Recipe(Strict):
    source: str


TABLE = pd.DataFrame({"split": ["a", "b"], "value": [0.1, None], "n": [1, 2]})


@pytest.fixture
def job(tmp_path, monkeypatch) -> Job[Recipe]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITATLAS_COMMIT", "abc123")
    (tmp_path / "in.txt").write_text("x")
    spec = {"code": {"a": "1"}, "environment": "e", "source": "no effect"}
    arguments = ["--input", "text", "in.txt", "--output", "table", "results/demo/made/t.parquet"]
    return parse(Recipe, [*arguments, "--log", "results/demo/logs/made/t.log", "--spec", json.dumps(spec)])


def test_a_table_comes_back_and_says_where_it_comes_from(job, tmp_path):
    write_table(job, job.output.table, TABLE, split="train", geometry={"patch": 8})
    pd.testing.assert_frame_equal(pd.read_parquet(job.output.table), TABLE)
    record = read_provenance(job.output.table)
    assert record | {CONTENT: UNSEALED} == record_of(job, job.output.table, split="train", geometry={"patch": 8})
    assert record["about"] == {"split": "train", "geometry": {"patch": 8}}
    assert (record["job"], record["tier"], record["commit"]) == ("made/t", "demo", "abc123")
    assert record["target"] == "results/demo/made/t.parquet" and record["inputs"] == {"in.txt": sha256("in.txt")}
    assert record["spec"] == {"code": {"a": "1"}, "environment": "e"} and record["environment"] == "e"


def test_equal_jobs_write_equal_tables(job, tmp_path):
    write_table(job, job.output.table, TABLE)
    first = sha256(job.output.table)
    write_table(job, job.output.table, TABLE)
    assert sha256(job.output.table) == first


def test_an_artifact_of_several_files_is_a_target_by_name(job):
    record = record_of(job, "relations/figure_02")
    assert record["target"] == "relations/figure_02" and record["tier"] is None and record["about"] == {}
