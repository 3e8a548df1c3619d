import datetime
import os

import pytest
from plan_jobs import LAPTOP, finetuning, planned

from vitatlas.commands.plan import gather
from vitatlas.commands.plan.records import load_file
from vitatlas.commands.plan.work import work_of
from vitatlas.costs.benchmarks import Benchmark, read_benchmark
from vitatlas.errors import UserError

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
LINE = "12.5\t0:00:12\t480.5\t1\t1\t1\t0\t0\t80\t9.25\n"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two jobs done, of which one left a benchmark file, and one pending that left one before."""
    done, unmeasured = (planned("finetune", finetuning(), number, done=True) for number in (0, 1))
    pending = planned("finetune", finetuning(), 2)
    for job in (done, pending):
        path = tmp_path / str(job.benchmark)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + LINE)
        os.utime(path, (0, datetime.datetime(2026, 3, 4, 12).timestamp()))
    (tmp_path / "finetune").mkdir()
    (tmp_path / "finetune/0").write_bytes(b"x" * 321)
    monkeypatch.setattr(gather, "jobs_of", lambda targets, settings, folder: [done, unmeasured, pending])
    monkeypatch.setattr(gather, "this_machine", lambda: LAPTOP)
    return tmp_path


def test_a_finished_job_becomes_a_record(checkout):
    file, count = gather.record([], "demo", [], checkout, checkout / "records", "abc", note="quiet")
    assert count == 1 and file.path.name == "2026-03-04-model-x-2-cores.csv"
    again = load_file(file.path)
    (record,) = again.records
    assert record.note == "quiet" and again.header.machine == LAPTOP
    assert (record.tier, record.commit, record.rule, record.device) == ("demo", "abc", "finetune", "cpu")
    assert record.wildcards == "model=a n=0"
    assert (record.seconds, record.cpu_seconds, record.max_rss_mb, record.output_bytes) == (12.5, 9.25, 480.5, 321)
    work = work_of("finetune", finetuning(), False)
    assert (record.kind, record.size) == (work.kind, 2)


def test_recording_again_replaces_what_was_recorded(checkout):
    for note in ("first", ""):
        file, _ = gather.record([], "demo", [], checkout, checkout / "records", "abc", note=note)
    assert [record.note for record in file.records] == [None]


def test_nothing_finished_is_an_error(checkout):
    (checkout / "benchmarks/finetune/0.tsv").unlink()
    with pytest.raises(UserError, match=r"no finished job of the tier 'demo'(.|\n)*make demo TIER=demo"):
        gather.record([], "demo", [], checkout, checkout / "records", "abc", note="")


def test_a_folder_counts_with_all_its_files(checkout):
    folder = checkout / "pictures"
    (folder / "a").mkdir(parents=True)
    (folder / "a/1").write_bytes(b"12")
    (folder / "2").write_bytes(b"345")
    job = planned("finetune", finetuning(), 0, done=True, outputs=("pictures",))
    work = work_of(job.rule, job.spec, False)
    assert gather.measured(job, work, "demo", "abc", checkout, LAPTOP).output_bytes == 5


def test_the_last_line_of_a_benchmark_file_counts(tmp_path):
    path = tmp_path / "b.tsv"
    path.write_text(HEADER + LINE + LINE.replace("12.5", "2.5").replace("480.5", "NA").replace("9.25", "NA"))
    assert read_benchmark(path) == Benchmark(2.5, None, None)


@pytest.mark.parametrize("text", ["", HEADER, "a\tb\n1\t2\n", HEADER + "x\ty\n"])
def test_a_damaged_benchmark_file_is_named(tmp_path, text):
    path = tmp_path / "b.tsv"
    path.write_text(text)
    with pytest.raises(UserError, match=r"b\.tsv"):
        read_benchmark(path)
