"""Profiles: each says what a named profile must repeat, and nothing that Snakemake does not know."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_gpus import install
from snakemake.cli import parse_args

ROOT = Path(__file__).resolve().parents[3]
PROFILES = sorted(path.parent.name for path in (ROOT / "profiles").glob("*/config.yaml"))


def arguments(profile: str, *command: str):
    """Snakemake's arguments with this profile, as Snakemake reads them in the project's folder."""
    return parse_args(["--workflow-profile", f"profiles/{profile}", *command])[1]


@pytest.fixture
def project(monkeypatch):
    """The working directory is the project's folder, and there is no GPU unless a test adds one."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_profiles_are_found():
    assert {"default", "gpu"} <= set(PROFILES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_repeats_what_the_default_says_about_reruns_and_failures(project, profile):
    given = arguments(profile)
    assert {str(trigger).lower() for trigger in given.rerun_triggers} == {"mtime", "params", "input"}
    assert given.rerun_incomplete and given.keep_going and given.show_failed_logs


@pytest.mark.parametrize("profile", PROFILES)
def test_content_counts_and_not_age_at_any_size(project, profile):
    assert arguments(profile).max_checksum_file_size > 2**50


@pytest.mark.parametrize("profile", PROFILES)
def test_containers_see_the_gpus_of_the_machine(project, profile):
    assert arguments(profile).apptainer_args == "--nv"


@pytest.mark.parametrize("profile", PROFILES)
def test_snakemake_looks_for_jobs_at_leisure(project, profile):
    limit = arguments(profile).max_jobs_per_timespan
    assert (limit.max_jobs, limit.timespan) == (100, 3)


def test_a_misspelt_option_in_a_profile_does_not_pass_unnoticed(tmp_path, monkeypatch, capsys):
    (tmp_path / "profiles/default").mkdir(parents=True)
    (tmp_path / "profiles/default/config.yaml").write_text("keep-goign: true\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Snakefile").touch()
    with pytest.raises(SystemExit):
        arguments("default")
    assert "keep-goign" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("visible", "total"),
    [(None, 24576 + 81559), ("1", 81559), ("0,1", 24576 + 81559), ("GPU-00000000", 24576), ("", 0)],
)
def test_the_gpu_profile_shares_out_all_memory_of_the_gpus_that_may_be_used(
    project, tmp_path, monkeypatch, visible, total
):
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'bin', 24576, 81559)}{os.pathsep}{os.environ['PATH']}")
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert arguments("gpu").resources["gpu_mb"].value == total


def test_a_number_on_the_command_line_takes_the_place_of_the_gpu_profiles(project):
    assert arguments("gpu", "--resources", "gpu_mb=5000").resources["gpu_mb"].value == 5000


@pytest.mark.parametrize("made", [False, True])
def test_the_gpu_profile_uses_containers_where_they_are_made(tmp_path, monkeypatch, made):
    for name in ("src", "profiles", "Snakefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "containers").mkdir()
    if made:
        (tmp_path / "containers/compute.sif").touch()
    monkeypatch.chdir(tmp_path)
    assert {method.name for method in arguments("gpu").software_deployment_method} == ({"APPTAINER"} if made else set())


ONE_STEP = """
rule step:
    input: "model.bin"
    output: "made"
    shell: "head -c 10 {input} > {output}"
"""


def test_a_touched_or_copied_file_of_any_size_makes_nothing_anew_and_a_changed_one_does(tmp_path):
    (tmp_path / "profiles").mkdir()
    shutil.copytree(ROOT / "profiles/default", tmp_path / "profiles/default")
    (tmp_path / "Snakefile").write_text(ONE_STEP)
    model = tmp_path / "model.bin"
    model.write_bytes(bytes(3_000_000))  # three times what Snakemake looks into by itself

    def snakemake(*arguments: str) -> str:
        command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments, "made"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return ended.stdout + ended.stderr

    snakemake()
    later = time.time() + 100
    os.utime(model, (later, later))
    assert "Nothing to be done" in snakemake("-n")
    model.write_bytes(bytes(2_999_999) + b"1")
    os.utime(model, (later, later))
    assert "Nothing to be done" not in snakemake("-n")
