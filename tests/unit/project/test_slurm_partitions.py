"""What is asked of a cluster before jobs go to it; with a stand-in for `sinfo` (the real one: tests/slurm)."""

import os
from pathlib import Path

import pytest

from vitatlas.config.site import Partitions
from vitatlas.errors import UserError
from vitatlas.project.slurm import check_partitions

NODES = "cpu (null)\\ncpu (null)\\nmixed (null)\\nmixed gpu:a100:4(S:0-1)\\nv100 gpu:2"


@pytest.fixture
def sinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "sinfo"
    program.write_text(f'#!/bin/sh\n[ "$*" = "-h -o %R %G" ] && printf "{NODES}\\n"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


@pytest.mark.parametrize("gpu", ["mixed", "v100", None])
def test_a_partition_with_gpus_will_do(sinfo: Path, gpu: str | None) -> None:
    check_partitions(Partitions(cpu="cpu", gpu=gpu), gpu=True)


def test_a_partition_without_any_is_named_with_those_that_have(sinfo: Path) -> None:
    with pytest.raises(UserError, match="'cpu' has none") as caught:
        check_partitions(Partitions(gpu="cpu"), gpu=True)
    assert "mixed, v100" in str(caught.value) and "partitions.gpu" in str(caught.value)


def test_it_does_not_matter_where_nothing_computes_on_a_gpu(sinfo: Path) -> None:
    check_partitions(Partitions(gpu="cpu"), gpu=False)


def test_a_partition_that_does_not_exist_is_named_with_those_that_do(sinfo: Path) -> None:
    with pytest.raises(UserError, match="no partition 'fast'; there are: cpu, mixed, v100"):
        check_partitions(Partitions(cpu="fast"), gpu=False)


def test_a_cluster_that_does_not_answer_is_left_to_sbatch(sinfo: Path) -> None:
    sinfo.write_text("#!/bin/sh\nexit 1\n")
    check_partitions(Partitions(cpu="fast"), gpu=True)
