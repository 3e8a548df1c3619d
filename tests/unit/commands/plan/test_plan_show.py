import json

import pytest
from plan_jobs import LAPTOP, SERVER, VIT, file_of, finetuning, planned, recorded

from vitatlas.commands.plan import plan as planning
from vitatlas.commands.plan.plan import make_plan
from vitatlas.commands.plan.show import as_json, as_text
from vitatlas.commands.plan.sizes import load_parameters
from vitatlas.commands.plan.work import work_of
from vitatlas.costs.units import duration, hours, size


def planned_run(monkeypatch, jobs, files, cores=2, gpus=(1, 2)):
    """The plan of these jobs with these records."""
    monkeypatch.setattr(planning, "jobs_of", lambda targets, settings, folder: jobs)
    monkeypatch.setattr(planning, "load_records", lambda folder: files)
    monkeypatch.setattr(planning, "load_parameters", load_parameters)
    monkeypatch.setattr(planning, "this_machine", lambda: LAPTOP)
    return make_plan(["figure_02"], "paper", [], planning.FOLDER, cores, list(gpus))


def row(text: str, rule: str) -> str:
    return " ".join(next(line for line in text.splitlines() if line.startswith(rule + " ")).split())


def listed(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"  {name}  ")).removeprefix(f"  {name}").strip()


def test_sums_by_hand(monkeypatch):
    """Scenes of 360 s, then three runs of an hour on a GPU, of which one is done."""
    scenes = {"sizes": 3}
    files = [
        file_of(recorded("scenes", scenes, 360, max_rss_mb=100.0, output_bytes=2_000_000)),
        file_of(
            recorded(
                "finetune",
                finetuning(device="cuda"),
                3600,
                on_gpu=True,
                before=[work_of("scenes", scenes, False).kind],
                max_rss_mb=2000.0,
                output_bytes=10**9,
            ),
            machine=SERVER,
        ),
    ]
    before = planned("scenes", scenes)
    runs = [
        planned("finetune", finetuning(device="cuda"), n, done=n == 2, inputs=before.outputs, gpu_mb=20000)
        for n in range(3)
    ]
    plan = planned_run(monkeypatch, [before, *runs], files)
    assert (plan.wall[1].seconds, plan.wall[2].seconds) == (360 + 7200, 360 + 3600)
    assert (plan.wall[1].memory_mb, plan.wall[2].memory_mb) == (2000, 4000)
    text = as_text(plan)
    assert row(text, "scenes") == "scenes 1 0 1 0.1 [1] – 100 MB [1] 2 MB [1] –"
    assert row(text, "finetune") == "finetune 3 1 2 – 2 [2] 2 GB [2] 2 GB [2] –"
    assert "Total: 4 jobs, 1 done, 3 to do" in text
    assert listed(text, "GPU-hours") == "2 [2]" and listed(text, "disk") == "2 GB [1,2]"
    assert listed(text, "memory of one") == "2 GB [1,2]" and listed(text, "download") == "–"
    assert listed(text, "1 GPU, 2 cores") == "2.1 h; memory of the jobs that run together: 2 GB"
    assert listed(text, "2 GPUs, 2 cores") == "66.0 min; memory of the jobs that run together: 4 GB"
    assert listed(text, "GPU memory asked for by one job") == "up to 20 GB"
    assert "[2] measured: tier demo, commit abc, on NVIDIA H200, Model Y, 16 cores, 128 GB, 2026-01-01" in text


def test_what_is_unknown_is_said(monkeypatch):
    known, other = {"sizes": 3}, {"sizes": 4}
    files = [file_of(recorded("scenes", known, 360))]
    jobs = [planned("scenes", known), planned("scenes", other, 1), planned("finetune", finetuning(device="cuda"))]
    text = as_text(planned_run(monkeypatch, jobs, files))
    assert "at least 0.1, 1 unknown [1]" in row(text, "scenes")
    assert row(text, "finetune").startswith("finetune 1 0 1 – unknown unknown 686 MB [")
    assert listed(text, "CPU-hours") == "at least 0.1, 1 unknown [1]" and listed(text, "GPU-hours") == "unknown"
    assert listed(text, "1 GPU, 2 cores").startswith("at least 6.0 min, 2 unknown;")
    assert "unknown: no record of this work" in text


def test_nothing_known_is_no_wall_time(monkeypatch):
    text = as_text(planned_run(monkeypatch, [planned("finetune", finetuning(device="cuda"))], []))
    assert listed(text, "1 GPU, 2 cores") == "unknown"
    assert "at least 0" not in text


def test_downloads_are_summed(monkeypatch):
    fetch = [planned("fetch_weights", {"model": VIT, "source": None}, n) for n in range(2)]
    text = as_text(planned_run(monkeypatch, fetch, []))
    assert row(text, "fetch_weights").endswith("686 MB [1] 686 MB [1]")
    assert "[1] computed: parameters of the backbone × 4 bytes" in text


def test_a_finished_run_needs_nothing(monkeypatch):
    text = as_text(planned_run(monkeypatch, [planned("scenes", {}, done=True)], []))
    assert "Nothing to be done: all 1 jobs are done." in text


def test_json_holds_each_job_with_its_origins(monkeypatch):
    files = [file_of(recorded("scenes", {"sizes": 3}, 360))]
    told = json.loads(as_json(planned_run(monkeypatch, [planned("scenes", {"sizes": 3}), planned("table", {})], files)))
    first, second = told["jobs"]
    assert first["seconds"] == {"number": 360, "origin": first["memory_mb"]["origin"]}
    assert second["seconds"] is None and second["device"] == "cpu"
    assert told["wall"]["0"]["seconds"] == 360


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (hours(0.0), "0.0000"),
        (hours(0.0001), "0.0001"),
        (hours(0.0123), "0.012"),
        (hours(12.3), "12"),
        (hours(1234.5), "1,234"),
        (duration(59), "59 s"),
        (duration(600), "10.0 min"),
        (duration(7200), "2.0 h"),
        (duration(3 * 86400), "3.0 days"),
        (size(999), "999 B"),
        (size(2_000), "2 kB"),
        (size(8.24e9), "8.24 GB"),
    ],
)
def test_units(shown, expected):
    assert shown == expected
