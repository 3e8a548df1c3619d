"""One training that everything happens to: cancelled, Snakemake killed, its node drained, its time run out, the
controller restarted."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from checkout import BIN, copy_of, tensors

FOLDER = "results/smoke/models/relations/mini-scratch/discrimination/256/run0"
LOG = "results/smoke/logs/finetune/mini-scratch/discrimination/256/run0.log"
TARGET = f"{FOLDER}/metrics.parquet"
SCENES = "results/smoke/scenes/relations/mini/discrimination/256/train.parquet"
# Long enough to be interrupted twice; a checkpoint only when told to stop.
CONFIG = (
    "relations={finetuning: {mini-scratch: {epochs: 1600, evaluate_every: 800}}}",
    "compute={checkpoint_every_s: 10000}",
)
# Not one minute: SLURM warns up to half a minute too soon, and on a busy machine a job takes that long to start.
IN_TIME_THE_SECOND_TIME = ("--set-resources", "finetune:runtime=2 if attempt == 1 else 60")


def jobs(cluster) -> list[list[str]]:
    """State, node and time limit of every fine-tuning on the cluster, the oldest first."""
    lines = cluster.run("squeue", "--states=all", "--sort=i", "-h", "-o", "%T %N %l %i %k").splitlines()
    return [line.split() for line in lines if "rule_finetune" in line]


def running(cluster, count: int) -> bool:
    """Whether there were so many fine-tunings, and the last one runs."""
    return len(jobs(cluster)) == count and jobs(cluster)[-1][0] == "RUNNING"


def training(run) -> bool:
    """Whether the latest attempt has come to its training, and was not stopped."""
    log = run.project.path / LOG
    text = log.read_text() if log.exists() else ""
    return "img/s" in text and "stopped" not in text


def ended(process: "subprocess.Popen[str]") -> str:
    printed, _ = process.communicate(timeout=900)
    return printed


def over(process: "subprocess.Popen[str]") -> bool:
    """Whether Snakemake has ended, which is too soon where a test waits for something."""
    if process.poll() is not None:
        raise AssertionError(f"Snakemake ended too soon:\n{ended(process)}")
    return False


@contextmanager
def killed_at_last(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Snakemake is killed at the end of the block, if it has not ended by itself."""
    try:
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def uninterrupted(root: Path, tmp_path_factory: pytest.TempPathFactory):
    """The same training on this machine, going on beside."""
    project = copy_of(root, tmp_path_factory.mktemp("uninterrupted"))
    command = [str(BIN / "snakemake"), "--cores", "1", TARGET, "--config", "tier=smoke", *CONFIG]
    process = subprocess.Popen(command, cwd=project.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield project, process
    process.kill()


@pytest.fixture(scope="module")
def story(remote, uninterrupted):
    """The story: what Snakemake printed in both invocations, and the jobs afterwards."""
    run = remote("interrupted")
    cluster = run.cluster
    run.project.snakemake(SCENES)  # here: this is not about them
    first = run.start(TARGET, config=CONFIG)
    with killed_at_last(first):
        cluster.wait_until(lambda: training(run) or over(first), 300, "a training")
        _, node, _, number, _ = jobs(cluster)[-1]
        cluster.run("scancel", number)
        cluster.run("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
    cluster.wait_until(lambda: jobs(cluster)[-1][0] == "CANCELLED", 60, "the end of the job")
    before = sorted(path.name for path in (run.project.path / FOLDER).iterdir())
    run.snakemake("--unlock")
    second = run.start(TARGET, *IN_TIME_THE_SECOND_TIME, config=CONFIG)
    with killed_at_last(second):
        # Not while the job still starts: srun would wait minutes for the controller.
        cluster.wait_until(lambda: (running(cluster, 3) and training(run)) or over(second), 420, "a third job")
        cluster.stop_controller()
        time.sleep(3)
        cluster.start_controller()
        printed = ended(second)
    cluster.run("scontrol", "update", f"nodename={node}", "state=resume")
    return {"run": run, "before": before, "printed": printed, "jobs": jobs(cluster)}


def test_a_cancelled_job_leaves_its_checkpoint_and_no_output(story):
    assert story["before"] == [".best.safetensors.checkpoint"]


def test_invoked_again_it_runs_where_the_cluster_lets_it(story):
    cancelled, stopped, completed = story["jobs"]
    assert cancelled[0] == "CANCELLED"
    assert completed[0] == "COMPLETED"
    assert cancelled[1] not in (stopped[1], completed[1]), "a job ran on the drained node"


def test_a_job_that_runs_into_its_time_limit_is_handed_over_again(story):
    _, stopped, completed = story["jobs"]
    assert stopped[0] in ("FAILED", "TIMEOUT") and stopped[2] == "2:00"
    assert completed[2] == "1:00:00"
    assert "stopped by SIGTERM after step" in story["printed"]


def test_it_continues_from_its_checkpoint(story):
    assert "continuing after step" in (story["run"].project.path / LOG).read_text()


def test_the_result_is_that_of_an_uninterrupted_run_to_the_bit(story, uninterrupted):
    project, process = uninterrupted
    printed = ended(process)
    assert process.returncode == 0, printed
    there = story["run"].project.path
    for name in ("best", "last"):
        file = f"{FOLDER}/{name}.safetensors"
        assert tensors(there / file) == tensors(project.path / file)
    for name in ("history", "metrics"):
        one, other = (pd.read_parquet(path / FOLDER / f"{name}.parquet") for path in (there, project.path))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
