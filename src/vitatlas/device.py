"""The device that a job computes on, and its arithmetic."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from typing import Any

import torch

from vitatlas.config.compute import Compute
from vitatlas.errors import UserError
from vitatlas.gpu import lease


class Device:
    """The device of a job.

    On a CPU one thread computes, in fp32 and uncompiled: the workflow fills the cores with jobs, and the result does
    not depend on their number. On a GPU, precision and compilation are as configured, and the job takes its share of
    one device, waiting for it if need be.

    Raises:
        UserError: A GPU was asked for and there is none, or none with the memory that the job may need.
    """

    def __init__(self, compute: Compute):
        gpu = compute.device != "cpu" and _gpu(compute.gpu_memory_mb)
        if compute.device == "cuda" and not gpu:
            raise UserError("a GPU was asked for, and torch finds none", where="key 'compute.device'", remedy=_remedy())
        self.torch = torch.device("cuda" if gpu else "cpu")
        self.half = gpu and compute.precision == "bf16"
        self.compiles = gpu and compute.compile
        if not gpu:
            torch.set_num_threads(1)

    def autocast(self) -> torch.autocast:
        """A context in which matrix products run in bf16, if so configured."""
        return torch.autocast(self.torch.type, torch.bfloat16, enabled=self.half)

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, compiled if so configured: anew for every shape of its arguments, so let there be few."""
        return torch.compile(function, dynamic=False) if self.compiles else function


def _gpu(memory_mb: int) -> bool:
    """Whether there is a GPU; if so, this process has its share of one."""
    if not torch.backends.cuda.is_built():
        return False
    # In this order: `torch.cuda.is_available` counts devices through the driver, which reads CUDA_VISIBLE_DEVICES at
    # that moment and never again, and torch keeps the count. Importing torch does neither. (With
    # PYTORCH_NVML_BASED_CUDA_CHECK=1 it reads the variable anew until CUDA is initialised, and the order is right too.)
    lease.take(memory_mb)
    if not torch.cuda.is_available():
        return False
    atexit.unregister(_report)  # said once, however many devices a process asks for
    atexit.register(_report, memory_mb)
    return True


def _report(memory_mb: int) -> None:
    """Print what `gpu_memory_mb` should have said. CUDA itself takes about half a GiB on top."""
    peak = torch.cuda.max_memory_reserved() // 2**20
    print(f"GPU memory: torch reserved up to {peak} MiB; gpu_memory_mb claims {memory_mb} MiB", file=sys.stderr)


def _remedy() -> str:
    """The remedy where no GPU is found."""
    contained = "APPTAINER_CONTAINER" in os.environ or "SINGULARITY_CONTAINER" in os.environ
    if torch.backends.cuda.is_built():
        driver = "check that `nvidia-smi` works and what CUDA_VISIBLE_DEVICES says"
        hint = f"{driver}, and that the container was started with --nv" if contained else driver
    elif contained:
        hint = "build the images for GPUs: make containers ACCELERATOR=cuda"
    else:
        hint = "set the environment up for GPUs: make clean-environment; ACCELERATOR=cuda make environment"
    return f"{hint}; or compute without a GPU: set compute.device to auto or cpu"
