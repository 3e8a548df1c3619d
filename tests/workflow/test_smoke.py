"""The smoke tier, from nothing to the last artifact, and the ways to ask for one."""

import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from checkout import Project

from vitatlas.artifacts.write import CROWDED_LIMIT, PNG_LIMIT
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[2]
ATLAS = load_atlas(ROOT, {"tier": "smoke"})


def test_every_artifact_of_the_tier_is_there(smoke):
    for name in [*ATLAS.outputs, "results/smoke/coverage.md", "results/smoke/coverage.html"]:
        assert (smoke.path / name).stat().st_size > 100, name


def test_no_hidden_or_partial_file_is_left(smoke):
    left = [path for path in (smoke.path / "results").rglob(".*") if path.is_file()]
    assert left == []


def test_every_job_left_a_log_and_a_benchmark(smoke):
    def jobs(folder: str) -> set[str]:
        base = smoke.path / "results/smoke" / folder
        return {str(path.relative_to(base).with_suffix("")) for path in base.rglob("*.*")}

    assert jobs("logs") == jobs("benchmarks")
    assert len(jobs("logs")) > 40


def test_the_run_leaves_the_checkout_clean(smoke):
    assert smoke.run("git", "status", "--porcelain").stdout == ""


def test_figures_are_small_enough_for_a_report(smoke):
    for path in (smoke.path / "results/smoke/figures").rglob("*.png"):
        limit = CROWDED_LIMIT if path.parent.name == "features" else PNG_LIMIT
        assert path.stat().st_size <= limit, path.name


@pytest.mark.parametrize(
    "target",
    [
        *("relations_figure_02", "extra_published_das", "relations", "coverage", "relations_table_02", "table_08"),
        "results/smoke/figures/relations/figure_02.pdf",
    ],
)
def test_a_target_is_asked_for_by_name_or_by_file(smoke, target):
    assert "Nothing to be done" in smoke.snakemake("--dry-run", target)


@pytest.mark.parametrize("target", ["extra_published_das", "relations_figure_02"])
def test_one_figure_is_redrawn_alone(smoke, target):
    figure = smoke.path / f"results/smoke/figures/relations/{target.removeprefix('relations_')}.png"
    before = figure.read_bytes()
    figure.unlink()
    printed = smoke.snakemake(target)
    assert re.findall(r"^(?:local)?rule (\w+):$", printed, re.MULTILINE) == ["figure", target]
    assert figure.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("figure_99", ["unknown target 'figure_99'", "did you mean", "relations_figure_09", "snakemake coverage"]),
        ("toy_figure_02", ["unknown target 'toy_figure_02'", "did you mean 'relations_figure_02'"]),
        ("relation", ["unknown target 'relation'", "did you mean 'relations'"]),
        ("results/smoke/figures/relations/figure_88.pdf", ["unknown target 'relations_figure_88'"]),
        ("results/demo/figures/relations/figure_02.pdf", ["tier 'demo'", "--config tier=demo"]),
    ],
)
def test_an_unknown_target_names_those_that_exist(smoke, target, words):
    printed = smoke.snakemake("--dry-run", target, check=False)
    assert all(word in printed for word in words), printed


WRONG = "relations={attention: {batsch: 3}}"


def test_a_mistake_in_the_configuration_stops_the_run_at_once(smoke):
    printed = smoke.run("snakemake", "--dry-run", "--config", "tier=smoke", WRONG, check=False).stdout
    assert "did you mean 'batch'?" in printed
    assert "Building DAG" not in printed


def test_a_printed_command_can_be_pasted(smoke):
    command = re.search(r"Shell command: (python workflow/scripts/relations/shape_sheet.*)$", smoke.log, re.MULTILINE)[
        1
    ]
    table = smoke.path / "results/smoke/analysis/relations/shape_sheet/mini.parquet"
    before, times = pd.read_parquet(table), table.stat()
    smoke.run("bash", "-c", command)
    pd.testing.assert_frame_equal(pd.read_parquet(table), before)
    os.utime(table, (times.st_atime, times.st_mtime))


def test_the_same_tier_gives_the_same_tables_again(smoke, tmp_path):
    """Once more from nothing, on one core instead of all."""
    other = Project(tmp_path / "again")
    shutil.copytree(smoke.path, other.path)
    shutil.rmtree(other.path / "results/smoke")
    wanted = "results/smoke/analysis/relations/attention/mini-captions/rmts/256.parquet"
    other.run("snakemake", "--cores", "1", wanted, "--config", "tier=smoke")
    pd.testing.assert_frame_equal(pd.read_parquet(other.path / wanted), pd.read_parquet(smoke.path / wanted))


def test_coverage_lists_all_artifacts_of_every_paper(smoke):
    text = (smoke.path / "results/smoke/coverage.md").read_text()
    numbers = [
        f"{kind} {n}"
        for figures, tables in ((39, 8), (16, 6), (64, 3))
        for kind, count in (("Figure", figures), ("Table", tables))
        for n in range(1, count + 1)
    ]
    assert re.findall(r"^\| ((?:Figure|Table) \d+) \|", text, re.MULTILINE) == numbers


def test_provenance_names_commit_and_inputs(smoke):
    from vitatlas.jobs.embedded import read_provenance

    record = read_provenance(smoke.path / "results/smoke/figures/relations/figure_02.png")
    commit = smoke.run("git", "rev-parse", "HEAD").stdout.strip()
    assert commit.startswith(record["commit"])
    assert json.dumps(record["inputs"]).count("attention") >= 3
    model = next((smoke.path / "results/smoke/models").rglob("best.safetensors")).relative_to(smoke.path)
    record = read_provenance(smoke.path / model)
    assert commit.startswith(record["commit"])
    assert (record["target"], record["tier"]) == (str(model), "smoke")


def test_every_invariant_holds(smoke):
    found = pd.read_csv(smoke.path / "results/smoke/verdicts/relations_invariants.csv", comment="#")
    assert len(found) > 25 and found.loc[~found["held"], "name"].tolist() == []
