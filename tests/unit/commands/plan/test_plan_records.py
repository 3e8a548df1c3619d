from dataclasses import replace

import pytest
from plan_jobs import SERVER, file_of, finetuning, recorded

from vitatlas.commands.plan.records import FOLDER, largest_memory, load_file, load_records, longest_time
from vitatlas.errors import UserError


def test_a_file_reads_as_it_was_written(tmp_path):
    first = recorded("finetune", finetuning(), 1.5, cpu_seconds=None, max_rss_mb=None)
    second = recorded("scenes", {"sizes": 3}, 0.25, wildcards="geometry=p16 task=rmts", note="a note: with, commas")
    third = recorded("coverage_page", {}, 1, wildcards="")
    file = file_of(first, second, third, machine=SERVER, folder=str(tmp_path))
    file.save()
    again = load_file(file.path)
    assert again.header == file.header
    assert set(again.records) == {first, second, third}


def test_measured_again_takes_the_old_ones_place():
    old, other = recorded("finetune", finetuning(), 1, wildcards="n=1"), recorded("finetune", finetuning(), 2)
    new = replace(old, seconds=9.0, commit="def")
    assert set(file_of(old, other).with_records([new]).records) == {new, other}


def test_another_size_of_the_same_job_is_kept():
    old, new = (recorded("finetune", finetuning(epochs=n), n, wildcards="n=1") for n in (1, 2))
    assert set(file_of(old).with_records([new]).records) == {old, new}


def test_files_come_newest_first(tmp_path):
    for day in (2, 3, 1):
        file_of(recorded("scenes", {}, 1), day=day, folder=str(tmp_path)).save()
    assert [file.header.date.day for file in load_records(tmp_path)] == [3, 2, 1]


def test_the_largest_is_by_rule_and_device(tmp_path):
    spec = finetuning(device="cuda")
    records = [recorded("finetune", spec, n, max_rss_mb=mb) for n, mb in enumerate([300.0, 700.0, None])]
    file_of(*records, recorded("finetune", spec, 1, on_gpu=True, max_rss_mb=5000.0), folder=str(tmp_path)).save()
    assert largest_memory(tmp_path) == {"finetune": 700}
    assert largest_memory(tmp_path, "gpu") == {"finetune": 5000}
    assert longest_time(tmp_path) == {"finetune": 2}


@pytest.mark.parametrize("text", ["", "no header\n1,2\n", "# date: 2026-01-01\ntier,commit\na,b\n"])
def test_a_damaged_file_is_named(tmp_path, text):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=r"not a file of benchmark records(.|\n)*bad\.csv(.|\n)*make record"):
        load_records(tmp_path)


def test_the_shipped_records_can_be_read(root):
    files = load_records(root / FOLDER)
    assert files
    for file in files:
        assert file.path.stem.startswith(str(file.header.date))
        assert file.path.stem.endswith(file.header.machine.slug)
        assert all(record.seconds > 0 and record.output_bytes > 0 for record in file.records)
