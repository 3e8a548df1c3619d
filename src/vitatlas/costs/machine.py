"""The machine that numbers were measured on, by the names of its parts."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from vitatlas.config.strict import Strict


class Machine(Strict):
    """The parts of a machine.

    Attributes:
        cpu, gpu: Product names; `gpu` with their number where there are several, None where there is none.
        memory_gb: In units of 2**30 bytes, rounded.
    """

    cpu: str
    cores: int
    memory_gb: int
    gpu: str | None

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.gpu, self.cpu, f"{self.cores} cores", f"{self.memory_gb} GB"]))

    @property
    def slug(self) -> str:
        """For the name of a file."""
        words = f"{self.gpu or self.cpu} {self.cores} cores"
        return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def this_machine() -> Machine:
    """The machine that this runs on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(cpu=_cpu(), cores=os.cpu_count() or 1, memory_gb=round(memory / 2**30), gpu=_gpu())


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE) if info.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _gpu() -> str | None:
    try:
        command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    names = [line.strip() for line in told.splitlines() if line.strip()]
    kinds = {name: names.count(name) for name in names}
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in kinds.items()) or None
