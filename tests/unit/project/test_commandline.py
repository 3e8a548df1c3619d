"""What the workflow reads from Snakemake's command line."""

from pathlib import Path

import pytest

from vitatlas.project.commandline import executor, is_snakemake


@pytest.mark.parametrize("program", ["/bin/snakemake", "snakemake", "/lib/snakemake/__main__.py"])
def test_snakemake_is_known(program: str) -> None:
    assert is_snakemake([program, "--cores", "1"])


@pytest.mark.parametrize("command", [[], ["pytest"], ["snakefmt"]])
def test_other_programs_are_not(command: list[str]) -> None:
    assert not is_snakemake(command)
    assert executor(command) == "local"


def test_the_executor_is_read_from_options_and_profiles(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert executor(["snakemake", "--cores", "1"]) == "local"
    assert executor(["snakemake", "--executor", "slurm", "--jobs", "1"]) == "slurm"
    assert executor(["snakemake", "--workflow-profile", "profiles/slurm"]) == "slurm"


def test_a_job_on_a_node_does_not_take_the_profile(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    command = ["snakemake", "--workflow-profile", "profiles/slurm", "--mode", "remote", "--executor", "slurm-jobstep"]
    assert executor(command) == "slurm-jobstep"
