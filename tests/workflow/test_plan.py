"""Plans and records, on a finished run of the smoke tier."""

import json
import re
import shutil

import pandas as pd
import pytest
from checkout import Project

DEPARTURE = "relations={protocol: {mode: reference}}"  # beside which nothing is compared with the corrected protocol


def plan(project: Project, *arguments: str, check: bool = True) -> str:
    return project.run("python", "workflow/commands/plan.py", *arguments, check=check).stdout


def cells(text: str, rule: str) -> list[str]:
    """The words of one row of the table."""
    return next(line.split() for line in text.splitlines() if line.startswith(rule + " "))


def test_a_finished_run_needs_nothing(smoke):
    assert "Nothing to be done" in plan(smoke, "--tier", "smoke")


def test_a_lost_figure_is_one_job_to_do(smoke):
    figure = smoke.path / "results/smoke/figures/relations/figure_02.pdf"
    kept = smoke.path / "kept.pdf"
    figure.rename(kept)
    try:
        text = plan(smoke, "--tier", "smoke", "relations_figure_02")
    finally:
        kept.rename(figure)
    assert cells(text, "figure")[:4] == ["figure", "1", "0", "1"]
    assert cells(text, "attention")[1] == cells(text, "attention")[2] and cells(text, "attention")[3] == "0"


@pytest.mark.parametrize("target", ["relations_figure_02", "results/paper/figures/relations/figure_02.pdf"])
def test_the_paper_tier_is_planned_without_a_gpu_and_without_writing(smoke, target):
    text = plan(smoke, "--tier", "paper", "--gpus", "1", "4", "--", target)
    assert cells(text, "fetch_weights")[-3:-1] == ["686", "MB"]
    assert cells(text, "finetune")[:4] == ["finetune", "12", "0", "12"]
    assert re.search(r"^  4 GPUs, \d+ cores? ", text, re.MULTILINE)
    assert not (smoke.path / "results/paper").exists()


def test_settings_change_the_plan(smoke):
    text = plan(smoke, "relations_figure_02", "--tier", "paper", "--config", "relations={runs: {default: [0]}}")
    assert cells(text, "finetune")[1] == "4"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["figure_99"], ["unknown target 'figure_99'", "relations_figure_09"]),
        (
            ["relations_extra_departures", "--config", DEPARTURE],
            ["extra_departures' is not made", "corrected protocol"],
        ),
        (["--config", "relations={attention: {batsch: 3}}"], ["did you mean 'batch'?"]),
        (["--config", "tier=middle"], ["unknown tier 'middle'"]),
    ],
)
def test_mistakes_get_the_workflows_own_words(smoke, arguments, words):
    text = plan(smoke, "--tier", "smoke", *arguments, check=False)
    assert all(word in text for word in words), text
    assert "Traceback" not in text and "Where the numbers come from" not in text


def test_records_of_a_run_plan_the_next_one(smoke, tmp_path):
    other = Project(tmp_path / "again")
    shutil.copytree(smoke.path, other.path)
    for shipped in (other.path / "benchmarks/records").glob("*.csv"):
        shipped.unlink()
    printed = other.run("python", "workflow/commands/record.py", "--tier", "smoke", "--note", "a test").stdout
    assert re.match(r"\d+ jobs of the tier 'smoke' entered", printed)
    shutil.rmtree(other.path / "results/smoke")
    told = json.loads(plan(other, "--tier", "smoke", "--format", "json"))
    assert len(told["jobs"]) > 40
    assert [job["outputs"] for job in told["jobs"] if job["seconds"] is None or job["disk_bytes"] is None] == []
    assert all(job["seconds"]["origin"].startswith("measured: tier smoke") for job in told["jobs"])
    text = plan(other, "--tier", "smoke")
    assert "; a test" in text and "at least" not in text


def test_nothing_to_record_is_said(smoke):
    done = smoke.run("python", "workflow/commands/record.py", "--tier", "paper", "relations_figure_07", check=False)
    assert done.returncode == 1 and "no finished job of the tier 'paper'" in done.stdout


def test_the_compute_table_counts_every_job(smoke):
    table = pd.read_csv(smoke.path / "results/smoke/compute.csv", comment="#").set_index("kind")
    folder = smoke.path / "results/smoke/benchmarks"
    assert table["jobs"]["finetune"] == len(list((folder / "finetune").rglob("*.tsv")))
    assert table["jobs"]["figures"] == len(list((folder / "figures").rglob("*.tsv")))
    assert "compute" not in table.index
