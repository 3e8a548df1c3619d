"""The memory that a program takes at its highest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STATUS = Path("/proc/self/status")
linux = pytest.mark.skipif(not STATUS.exists(), reason=f"needs {STATUS}")


def peak() -> int:
    """That of this process so far, in KiB. Not that of getrusage, which is the parent's at least."""
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))


def numbers_of(program: str, *arguments: str) -> list[int]:
    """The whole numbers that a program prints, run as a process of its own, with the modules of this one in reach."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(word) for word in done.stdout.split()]
