"""Where a job computes, and in which arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from vitatlas.config.compute import Compute
from vitatlas.errors import UserError


class Device:
    """The device of a job.

    On a CPU one thread computes, in fp32 and uncompiled: the workflow fills the cores with jobs, and the result does
    not depend on their number. On a GPU, precision and compilation are as configured.

    Raises:
        UserError: A GPU was asked for and there is none.
    """

    def __init__(self, compute: Compute):
        available = torch.cuda.is_available()
        if compute.device == "cuda" and not available:
            raise UserError(
                "a GPU was asked for, and torch finds none",
                where="key 'compute.device'",
                remedy="set compute.device to auto or cpu; on a machine with a GPU, check `nvidia-smi` and that the "
                "environment was set up from envs/cuda.lock.txt",
            )
        gpu = available and compute.device != "cpu"
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
