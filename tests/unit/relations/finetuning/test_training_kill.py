"""A training that is killed at a random step and started again ends as if nothing had happened, to the last bit."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import torch
from training_jobs import (
    finetune_arguments,
    finetune_job,
    finetuning,
    pretrain_arguments,
    pretrain_job,
    pretraining,
    start,
)

from vitatlas.jobs.stopping import STOPPED
from vitatlas.relations.finetuning.job import finetune
from vitatlas.relations.pretraining.job import pretrain

EVERY_STEP = {"device": "cpu", "checkpoint_every_s": 1e-9}
STEPS = 60


def kill_at(process: subprocess.Popen[str], checkpoint: Path, step: int, number: signal.Signals) -> int:
    """Send a signal once the checkpoint of `step` is there; the exit status."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if checkpoint.exists() and torch.load(checkpoint, weights_only=True)["state"]["step"] >= step:
            process.send_signal(number)
            return process.wait(60)
        assert process.poll() is None, f"ended before step {step}: {process.stderr and process.stderr.read()}"
        time.sleep(0.005)
    process.kill()
    raise AssertionError(f"no checkpoint of step {step} after a minute")


def same_files(one: Path, other: Path) -> None:
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir()), "a checkpoint or part was left behind"
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_a_killed_finetuning_ends_bit_identical(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    settings = finetuning(epochs=STEPS // 8, frozen_blocks=1)
    finetune(finetune_job(finetune_arguments(whole, tmp_path, settings, compute=EVERY_STEP)))
    arguments = finetune_arguments(killed, tmp_path, settings, compute=EVERY_STEP)
    checkpoint = killed / ".best.safetensors.checkpoint"
    step = random.randrange(1, STEPS * 3 // 4)
    status = kill_at(start("finetune.py", arguments), checkpoint, step, signal.SIGKILL)
    assert status == -signal.SIGKILL and not (killed / "best.safetensors").exists(), f"killed too late, at {step}"
    finetune(finetune_job(arguments))
    same_files(whole, killed)


def test_a_stopped_pretraining_says_so_and_ends_bit_identical(tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    settings = pretraining(steps=STEPS)
    pretrain(pretrain_job(pretrain_arguments(whole, settings, compute=EVERY_STEP)))
    arguments = pretrain_arguments(stopped, settings, compute=EVERY_STEP)
    checkpoint = stopped / ".weights.safetensors.checkpoint"
    process = start("pretrain.py", arguments)
    status = kill_at(process, checkpoint, random.randrange(1, STEPS * 3 // 4), signal.SIGUSR1)
    assert status == STOPPED and checkpoint.exists() and not (stopped / "weights.safetensors").exists()
    assert process.stderr is not None and "run again to continue" in process.stderr.read()
    pretrain(pretrain_job(arguments))
    same_files(whole, stopped)
