"""Shares of GPUs across the walls of containers: locks on files in /tmp hold inside and outside."""

import os

import pytest
from fake_gpus import SOURCE, Holder, install, uuid


@pytest.fixture
def hold(container_command, images, tmp_path, monkeypatch):
    """Starts a process, in a container or not, that takes a share of a machine with two GPUs of 24,000 MiB."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    programs = install(tmp_path / "bin", 24000, 24000)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv(f"{container_command.kind.upper()}ENV_PREPEND_PATH", str(programs))
    image = str(images / "figures.sif")
    contained = [container_command.path, "exec", "--nv", "--bind", str(SOURCE), image, "python"]
    holders = []

    def start(memory_mb: int, inside: bool) -> Holder:
        python = {"python": contained} if inside else {}
        holders.append(Holder(memory_mb, tmp_path / "claims", **python))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()


def test_jobs_inside_and_outside_of_containers_get_distinct_gpus(hold):
    first, second = hold(20000, inside=False), hold(20000, inside=True)
    assert {first.device(), second.device()} == {uuid(0), uuid(1)}
    third = hold(20000, inside=True)
    assert third.waits()
    second.kill()
    assert third.device() == second.device()
    fourth = hold(20000, inside=False)
    assert fourth.waits()
    third.end()
    assert fourth.device() == third.device()
