"""What benchmarks measure with: time and memory, of a CPU or a GPU."""

from __future__ import annotations

import resource
import time

import torch


def clock(device: str) -> float:
    """Seconds: of CPU time on a CPU, which other programs do not lengthen; of wall time on a GPU."""
    if device == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def memory(device: str) -> int:
    """Largest number of bytes in use so far."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
