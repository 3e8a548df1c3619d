"""Why jobs would run again, in words, from made-up records of Snakemake."""

import json
from base64 import urlsafe_b64encode

import pytest
from plan_jobs import finetuning, planned

from vitatlas.commands.reruns import why as asking
from vitatlas.commands.reruns.changes import Cause, changes
from vitatlas.commands.reruns.reasons import reason_of
from vitatlas.commands.reruns.record import read_record
from vitatlas.jobs.spec import effective

IMAGES = {"456": "compute", "789": "figures"}


def spec(**changed):
    """A spec of a fine-tuning job."""
    return finetuning() | changed


def record(checkout, job, before, inputs=()):
    """What Snakemake writes down when a job has run with the spec `before`."""
    folder = checkout / ".snakemake/metadata"
    folder.mkdir(parents=True, exist_ok=True)
    told = {"params": [json.dumps(effective(before))], "input": list(inputs)}
    (folder / urlsafe_b64encode(job.name.encode()).decode()).write_text(json.dumps(told))


def make(checkout, *paths):
    for path in paths:
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text("x")


def reason(checkout, job, makers=None):
    return reason_of(job, makers or {}, IMAGES, checkout)


def test_a_changed_value_is_named_with_both_values():
    now = spec(training={"epochs": 3, "batch": 64})
    assert changes(spec(), now, IMAGES) == [Cause("training.epochs", "2 → 3")]


def test_two_swapped_values_are_both_named():
    before, now = (spec(training={"epochs": a, "batch": b}) for a, b in ((2, 64), (64, 2)))
    found = changes(before, now, IMAGES)
    assert found == [Cause("training.epochs", "2 → 64"), Cause("training.batch", "64 → 2")]


def test_keys_that_come_and_go_are_named():
    found = changes({"layers": [1, 2]}, {"caption": "long " * 40}, IMAGES)
    assert found[0] == Cause("layers", "[1, 2] → (not there)")
    assert found[1].what == "caption" and found[1].detail.endswith("…") and len(found[1].detail) < 90


def test_modules_are_named_as_code():
    before = spec(code={"vitatlas.a": "1", "vitatlas.b": "1", "vitatlas.c": "1"})
    now = spec(code={"vitatlas.a": "2", "vitatlas.b": "1", "vitatlas.d": "1"})
    assert [cause.what for cause in changes(before, now, IMAGES)] == [
        "code: vitatlas.a changed",
        "code: vitatlas.d used for the first time",
        "code: vitatlas.c no longer used",
    ]


def test_many_modules_are_counted():
    before, now = (spec(code={f"vitatlas.m{number}": digest for number in range(9)}) for digest in "12")
    (cause,) = changes(before, now, IMAGES)
    assert cause.what.endswith("vitatlas.m5 and 3 more changed")


def test_the_locks_of_the_image_are_named():
    (cause,) = changes(spec(environment="old"), spec(environment="789"), IMAGES)
    assert cause.what == "environment: versions in envs/figures*.lock.txt changed"


def test_a_file_that_says_something_else_is_named():
    before, now = ({"files": {"config/models.yaml": digest}} for digest in "12")
    assert changes(before, now, IMAGES) == [Cause("file config/models.yaml: what it says changed")]


def test_what_results_do_not_depend_on_is_no_cause(tmp_path):
    job = planned("finetune", spec(compute={"device": "cpu", "checkpoint_every_s": 99}), inputs=("in",))
    make(tmp_path, *job.outputs)
    record(tmp_path, job, spec(compute={"device": "cpu", "checkpoint_every_s": 30}), ["in"])
    assert reason(tmp_path, job, {"in": "scenes"}).causes == ()


def test_never_made_and_no_longer_there_are_told_apart(tmp_path):
    job = planned("finetune", spec())
    assert reason(tmp_path, job).causes == (Cause("never made"),)
    record(tmp_path, job, spec())
    assert reason(tmp_path, job).causes == (Cause("what it made is no longer there", "finetune/0"),)


def test_newer_inputs_are_named(tmp_path):
    told = "Updated input files: a.parquet, b.parquet; Params have changed since last execution: before: x now: y"
    job = planned("finetune", spec(), inputs=("a.parquet", "b.parquet"), reason=told)
    make(tmp_path, *job.outputs)
    assert reason(tmp_path, job).causes == (Cause("what it reads is newer than what it made", "a.parquet, b.parquet"),)


def test_another_set_of_inputs_is_told(tmp_path):
    job = planned("behaviour", spec(), inputs=("run0", "run2"))
    make(tmp_path, *job.outputs)
    record(tmp_path, job, spec(), ["run0", "run1"])
    expected = (Cause("it reads more than last time", "run2"), Cause("it reads less than last time", "run1"))
    assert reason(tmp_path, job).causes == expected


def test_a_stopped_job_is_told(tmp_path):
    job = planned("finetune", spec(), reason="Incomplete output files: finetune/0")
    make(tmp_path, *job.outputs)
    assert reason(tmp_path, job).causes == (Cause("it was stopped while it ran"),)


def test_the_spec_is_compared_also_below_a_job_that_runs(tmp_path):
    job = planned("attention", spec(batch=2), inputs=("model",), reason="Input files updated by another job: model")
    make(tmp_path, *job.outputs)
    record(tmp_path, job, spec(batch=1), ["model"])
    found = reason(tmp_path, job, {"model": "finetune"})
    assert found.causes == (Cause("batch", "1 → 2"),) and found.after == ("finetune",)


def test_what_cannot_be_explained_is_quoted(tmp_path):
    job = planned("finetune", spec(), reason="Forced execution")
    make(tmp_path, *job.outputs)
    assert reason(tmp_path, job).causes == (Cause("in Snakemake's words", "Forced execution"),)


def test_records_of_long_paths_are_found(tmp_path):
    path = "results/" + "/".join(["folder"] * 60) + "/table.parquet"
    code = urlsafe_b64encode(path.encode()).decode()
    file = tmp_path / ".snakemake/metadata" / f"@{code[:254]}" / f"@{code[254:508]}" / code[508:]
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"params": ["no JSON", "1", '{"seed": 3}'], "input": None}))
    found = read_record(tmp_path, path)
    assert found.spec == {"seed": 3} and found.inputs == frozenset()


def test_a_damaged_record_is_none(tmp_path):
    job = planned("finetune", spec())
    record(tmp_path, job, spec())
    next((tmp_path / ".snakemake/metadata").iterdir()).write_text("{")
    assert read_record(tmp_path, job.name) is None


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """`why` about made-up pending jobs of a checkout in which one job of each rule has run with epochs 2."""
    monkeypatch.setattr(asking, "images_by_digest", lambda checkout: {name: name for name in ("compute", "figures")})

    def answer(jobs):
        monkeypatch.setattr(asking, "pending_jobs", lambda targets, settings, folder: jobs)
        return asking.why(["figure_02"], "demo", [], tmp_path)

    answer.checkout = tmp_path
    return answer


def test_nothing_to_do_is_said(ask):
    assert ask([]) == "figure_02, tier demo: up to date. Nothing would run."


def test_equal_reasons_are_put_together(ask):
    trainings = [planned("finetune", spec(run=number), number) for number in range(5)]
    for job in trainings:
        make(ask.checkout, *job.outputs)
        record(ask.checkout, job, spec(run=number_before(job), code={"vitatlas": "old"}))
    figure = planned("figure", {"artifact": "figure_02"}, inputs=tuple(job.name for job in trainings))
    make(ask.checkout, *figure.outputs)
    text = ask([*trainings, figure])
    assert text.splitlines() == [
        "figure_02, tier demo: 6 jobs would run.",
        "",
        "Why",
        "  5 jobs of rule finetune",
        "    code: vitatlas changed",
        "    run: another in each",
        "    of a 0; a 1; a 2 and 2 more",
        "",
        "What follows from that",
        "  1 job of rule figure: made from what finetune would make anew",
    ]


def number_before(job) -> int:
    return job.spec["run"] + 10


def test_one_value_is_shown_for_all_jobs_that_share_it(ask):
    jobs = [planned("finetune", spec(training={"epochs": 3}), number) for number in range(2)]
    for job in jobs:
        make(ask.checkout, *job.outputs)
        record(ask.checkout, job, spec(training={"epochs": 2}))
    assert "    training.epochs: 2 → 3\n    of a 0; a 1" in ask(jobs)
