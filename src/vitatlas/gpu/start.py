"""Checks before the first job starts, so that a machine without GPUs does not fail one job after the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vitatlas.config.schema import Config
from vitatlas.errors import UserError
from vitatlas.gpu.devices import check_size, installed, usable


def check_gpus(workflow: Any, config: Config, gpu_rules: Iterable[str]) -> None:
    """Check that the jobs that Snakemake's `workflow` is about to run on this machine find the GPU that they need.

    Args:
        gpu_rules: The rules that compute on a GPU where there is one.

    Raises:
        UserError: There is none, or none large enough.
    """
    rules = sorted({job.rule.name for job in workflow.dag.needrun_jobs()} & set(gpu_rules))
    if config.compute.device != "cuda" or not workflow.local_exec or not rules:
        return
    # A driver without nvidia-smi is odd, but jobs may well find their GPU.
    if not installed() and not Path("/proc/driver/nvidia").exists():
        raise UserError(
            f"this machine has no GPU, and these rules are to compute on one: {', '.join(rules)}",
            where="key 'compute.device'",
            remedy="run where `nvidia-smi` lists GPUs, or on a cluster (docs/how-to/slurm.md); on a CPU it takes much "
            "longer: --config 'compute={device: cpu}'",
        )
    if gpus := usable():
        check_size(max(config.compute_of(rule).gpu_memory_mb for rule in rules), gpus)
