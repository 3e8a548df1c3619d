"""The check before a run: a small workflow with a rule that computes on a GPU, and real Snakemake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_gpus import install

from vitatlas.gpu.devices import installed

ROOT = Path(__file__).resolve().parents[3]
SNAKEFILE = f"""
import sys
sys.path.insert(0, {str(ROOT / "src")!r})
from vitatlas.project.atlas import load_atlas
from vitatlas.gpu.start import check_gpus
atlas = load_atlas(Path({str(ROOT)!r}), config)
onstart:
    check_gpus(workflow, atlas.config, atlas.gpu_rules)
rule finetune:
    output: "trained"
    shell: "touch {{output}}"
rule scenes:
    output: "scenes"
    shell: "touch {{output}}"
"""


@pytest.fixture
def run(tmp_path):
    """Runs Snakemake at the paper tier, on a machine with GPUs of so many MiB; gives what it printed."""
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    environment = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}

    def snakemake(*arguments: str, memory_mb: tuple[int, ...] = ()) -> str:
        path = f"{install(tmp_path / 'bin', *memory_mb)}{os.pathsep}" if memory_mb else ""
        done = subprocess.run(
            [Path(sys.executable).with_name("snakemake"), "--cores", "1", *arguments],
            cwd=tmp_path,
            env=environment | {"PATH": f"{path}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.stdout

    return snakemake


@pytest.mark.skipif(bool(installed()), reason="this machine has a GPU")
def test_a_machine_without_gpus_starts_no_job_that_needs_one(run, tmp_path):
    printed = run("trained", "scenes", "--config", "tier=paper")
    assert "this machine has no GPU, and these rules are to compute on one: finetune" in printed
    assert "key 'compute.device'" in printed and "nvidia-smi" in printed
    assert not (tmp_path / "trained").exists() and not (tmp_path / "scenes").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("scenes", "--config", "tier=paper"),
        ("trained", "--config", "tier=paper", "compute={device: cpu}"),
        ("trained", "--config", "tier=demo"),
    ],
)
def test_jobs_that_need_no_gpu_start_anywhere(run, tmp_path, arguments):
    printed = run(*arguments)
    assert (tmp_path / arguments[0]).exists(), printed


def test_a_gpu_that_is_large_enough_will_do(run, tmp_path):
    printed = run("trained", "--config", "tier=paper", memory_mb=(16384, 24564))
    assert (tmp_path / "trained").exists(), printed


def test_gpus_that_are_all_too_small_are_named_before_the_first_job(run, tmp_path):
    printed = run("trained", "--config", "tier=paper", memory_mb=(16384, 8192))
    assert "wants 20000 MiB of GPU memory, and the largest GPU here has 16384 MiB" in printed
    assert not (tmp_path / "trained").exists()
