import pytest
from plan_jobs import LAPTOP, SERVER, VIT, file_of, finetuning, planned, recorded

from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.commands.plan.estimate import TOLERANCE, Estimate, Estimator
from vitatlas.commands.plan.records import RecordFile
from vitatlas.commands.plan.sizes import load_parameters
from vitatlas.commands.plan.work import works_of
from vitatlas.costs.machine import Machine
from vitatlas.models.lock import Pin


def estimated(job: PlannedJob, *files: RecordFile, machine: Machine = LAPTOP, pins=None) -> Estimate:
    return Estimator(files, machine, load_parameters(), pins or {})(job, works_of([job], machine)[job.name])


def test_a_record_of_the_same_work_is_the_estimate():
    file = file_of(recorded("finetune", finetuning(run=0), 10), recorded("finetune", finetuning(run=1), 20))
    found = estimated(planned("finetune", finetuning(run=7)), file)
    assert found.seconds.number == 15
    assert found.memory_mb.number == 500 and found.disk_bytes.number == 1000
    assert found.seconds.origin == (
        "measured: tier demo, commit abc, on Model X, 2 cores, 8 GB, 2026-01-01 (2026-01-01-model-x-2-cores.csv)"
    )


def test_a_note_on_the_measurement_is_part_of_the_origin():
    file = file_of(recorded("finetune", finetuning(), 10, note="other programs ran"))
    assert estimated(planned("finetune", finetuning()), file).seconds.origin.endswith("; other programs ran")


@pytest.mark.parametrize("other", [{"batch": 32}, {"epochs": 3}])
def test_other_work_is_unknown(other):
    file = file_of(recorded("finetune", finetuning(), 10))
    found = estimated(planned("finetune", finetuning(**other)), file)
    assert found.seconds is None and found.memory_mb is None


def test_a_line_through_two_sizes_gives_a_third(monkeypatch):
    monkeypatch.setitem(TOLERANCE, "finetune", 0.07)
    file = file_of(
        recorded("finetune", finetuning(epochs=2), 25, max_rss_mb=400.0), recorded("finetune", finetuning(epochs=4), 45)
    )
    found = estimated(planned("finetune", finetuning(epochs=10)), file)
    assert found.seconds.number == pytest.approx(105)  # 5 s to start, 10 s an epoch
    assert found.memory_mb.number == 500
    assert found.seconds.origin.startswith("scaled on a line through 2, 4 epochs, good to 7%: tier demo")


def test_a_rule_whose_line_was_not_checked_is_not_scaled(monkeypatch):
    monkeypatch.delitem(TOLERANCE, "finetune", raising=False)
    file = file_of(recorded("finetune", finetuning(epochs=2), 25), recorded("finetune", finetuning(epochs=4), 45))
    assert estimated(planned("finetune", finetuning(epochs=10)), file).seconds is None


def test_the_line_is_not_followed_too_far(monkeypatch):
    monkeypatch.setitem(TOLERANCE, "finetune", 0.07)
    file = file_of(recorded("finetune", finetuning(epochs=2), 25), recorded("finetune", finetuning(epochs=4), 45))
    assert estimated(planned("finetune", finetuning(epochs=200)), file).seconds is None


def test_rules_without_a_size_are_not_scaled():
    file = file_of(recorded("attention", {"images": 1}, 25), recorded("attention", {"images": 2}, 45))
    assert estimated(planned("attention", {"images": 3}), file).seconds is None
    assert estimated(planned("attention", {"images": 2}), file).seconds.number == 45


def test_a_measured_size_is_not_replaced_by_the_line(monkeypatch):
    monkeypatch.setitem(TOLERANCE, "finetune", 0.07)
    file = file_of(*(recorded("finetune", finetuning(epochs=n), s) for n, s in [(1, 10), (2, 30), (4, 40)]))
    assert estimated(planned("finetune", finetuning(epochs=2)), file).seconds.number == 30


def test_records_of_a_cpu_say_nothing_about_a_gpu():
    spec = finetuning(device="cuda")
    on_cpu = file_of(recorded("finetune", spec, 10))
    assert estimated(planned("finetune", spec), on_cpu).seconds is None
    on_gpu = file_of(recorded("finetune", spec, 3, on_gpu=True), machine=SERVER, day=2)
    found = estimated(planned("finetune", spec), on_cpu, on_gpu)
    assert found.on_gpu and found.seconds.number == 3
    assert "NVIDIA H200" in found.seconds.origin


def test_auto_means_a_gpu_where_there_is_one():
    job = planned("finetune", finetuning(device="auto"))
    assert not estimated(job).on_gpu
    assert estimated(job, machine=SERVER).on_gpu


def test_this_machines_records_come_first_then_the_newest():
    spec = finetuning()
    mine = file_of(recorded("finetune", spec, 1), machine=LAPTOP, day=1)
    older = file_of(recorded("finetune", spec, 2), machine=SERVER, day=2)
    newer = file_of(recorded("finetune", spec, 3), machine=SERVER, day=3)
    other = Machine(cpu="Model Z", cores=1, memory_gb=1, gpu=None)
    job = planned("finetune", spec)
    assert estimated(job, older, mine, newer, machine=LAPTOP).seconds.number == 1
    assert estimated(job, mine, older, newer, machine=other).seconds.number == 3


def test_the_size_of_a_trained_model_is_computed_where_it_was_not_measured():
    found = estimated(planned("finetune", finetuning()))
    assert found.seconds is None
    assert found.disk_bytes.number == 2 * 4 * 85798656
    assert found.disk_bytes.origin.startswith("computed: best and last weights")


def test_downloads_come_from_the_lock_or_are_computed_or_unknown():
    fetch = planned("fetch_weights", {"model": VIT | {"hub": "a/b"}, "source": None})
    assert estimated(fetch).download_bytes.number == 4 * 85798656
    pin = Pin(hub="a/b", file="f", revision=None, size=777, sha256="0" * 64)
    found = estimated(fetch, pins={"a": pin})
    assert found.download_bytes.number == found.disk_bytes.number == 777
    assert found.download_bytes.origin == "size in config/weights.lock"
    unlisted = estimated(planned("fetch_weights", {"model": VIT | {"timm": "other"}, "source": None}))
    assert unlisted.fetches and unlisted.download_bytes is None and unlisted.disk_bytes is None


def test_weights_from_a_folder_are_no_download():
    found = estimated(planned("fetch_weights", {"model": VIT, "source": "/data/weights"}))
    assert not found.fetches and found.download_bytes is None and found.disk_bytes.number == 4 * 85798656
