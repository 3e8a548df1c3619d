"""Time and memory that a call takes on a device."""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable
from pathlib import Path

import torch

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs"), "5"
"""The file, and the word in it, that reset the highest memory of the process (Linux)."""

MIB = 2**20


def clock_of(device: torch.device) -> str:
    """The clock that calls are timed with: `wall` on a GPU; on a CPU, where one thread computes and other jobs may take
    turns with it, the process's own `cpu` time."""
    return "wall" if device.type == "cuda" else "cpu"


def seconds(call: Callable[[], object], device: torch.device) -> float:
    """The time that a call takes, by the device's clock."""
    if clock_of(device) == "cpu":
        start = time.process_time()
        call()
        return time.process_time() - start
    torch.cuda.synchronize(device)
    start = time.perf_counter()
    call()
    torch.cuda.synchronize(device)
    return time.perf_counter() - start


def peak_mib(call: Callable[[], object], device: torch.device) -> float:
    """The memory in MiB that a call takes at its highest, on top of what is taken before; NaN where the system does not
    say. On a CPU that is the process's, in pages, and rough."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        call()
        return (torch.cuda.max_memory_allocated(device) - before) / MIB
    if not _reset():
        return math.nan
    before = _highest()
    call()
    return (_highest() - before) / MIB


def _reset() -> bool:
    """Give freed memory back, and forget the highest so far; whether the system can."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
        path, word = RESET
        path.write_text(word)
    except (OSError, AttributeError):
        return False
    return True


def _highest() -> int:
    """Bytes."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
