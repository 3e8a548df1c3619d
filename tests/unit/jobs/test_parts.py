"""A long table that is written part by part."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vitatlas.config.strict import Strict
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.parts import Parts


@pytest.fixture
def job(tmp_path):
    return parse(Strict, ["--output", "table", str(tmp_path / "a/table.parquet")])


def rows(start: int, stop: int) -> pa.Table:
    return pa.table({"id": [f"{number}" for number in range(start, stop)], "value": list(range(start, stop))})


def test_parts_become_one_table_with_its_provenance(job):
    parts = Parts(job.output.table, "key")
    for start in (0, 3, 6):
        parts.add(rows(start, start + 3))
    parts.join(job, model="small")
    assert pd.read_parquet(job.output.table)["value"].tolist() == list(range(9))
    assert read_provenance(job.output.table)["about"] == {"model": "small"}
    assert [path.name for path in job.output.table.parent.iterdir()] == ["table.parquet"]


def test_a_job_goes_on_behind_its_last_part_and_ends_with_the_same_bytes(job, tmp_path):
    other = tmp_path / "whole" / "table.parquet"
    Parts(job.output.table, "key").add(rows(0, 4))
    again = Parts(job.output.table, "key")
    assert again.rows == 4
    again.add(rows(4, 6))
    again.join(job)
    whole = Parts(other, "key")
    whole.add(rows(0, 4))
    whole.add(rows(4, 6))
    whole.join(job)
    assert pq.read_table(other).equals(pq.read_table(job.output.table))


def test_parts_of_another_job_are_thrown_away(job, capsys):
    Parts(job.output.table, "key").add(rows(0, 4))
    assert Parts(job.output.table, "another").rows == 0
    assert "of another job" in capsys.readouterr().err


def test_a_table_without_parts_is_refused(job):
    with pytest.raises(ValueError, match="without parts"):
        Parts(job.output.table, "key").join(job)
