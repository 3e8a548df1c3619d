"""A machine with GPUs for tests: an nvidia-smi that lists them, and processes that take a share of one and keep it."""

import os
import selectors
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
HOLD = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from vitatlas.gpu import lease
lease.LOOK_EVERY_S = 0.05
lease.take(int(sys.argv[1]), Path(sys.argv[2]))
print(os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
sys.stdin.read()
"""


def uuid(index: int) -> str:
    """The UUID of device `index`."""
    return f"GPU-{index:08d}-aaaa-bbbb-cccc-000000000000"


def install(folder: Path, *memory_mb: int) -> Path:
    """Write an nvidia-smi that lists devices with this much memory to `folder`, for the front of PATH."""
    folder.mkdir(exist_ok=True)
    program = folder / "nvidia-smi"
    rows = "\n".join(f"{index}, {uuid(index)}, {memory}" for index, memory in enumerate(memory_mb))
    asked = "--query-gpu=index,uuid,memory.total --format=csv,noheader,nounits"
    program.write_text(f'#!/bin/sh\n[ "$*" = "{asked}" ] || exit 2\ncat <<END\n{rows}\nEND\n')
    program.chmod(0o755)
    return folder


class Holder:
    """A process that takes a share of a GPU and keeps it until told to end.

    Args:
        memory_mb, folder: The share, and the folder of claims.
        python: The command that starts Python.
        environment: Variables of the process.
    """

    def __init__(self, memory_mb: int, folder: Path, python: Sequence[str] = (sys.executable,), **environment: str):
        self.process = subprocess.Popen(
            [*python, "-c", HOLD, str(memory_mb), str(folder), str(SOURCE)],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._said = self._held = ""

    def device(self) -> str:
        """The device that it holds, once it has one."""
        if not self._held:
            assert _readable(self.process.stdout, 60), "no device within a minute"
            self._held = self.process.stdout.readline().strip()
            assert self._held, self.process.stderr.read()
        return self._held

    def says(self) -> str:
        """The first line on its stderr: that it waits, or that it need not."""
        if not self._said:
            assert _readable(self.process.stderr, 60), "said nothing within a minute"
            self._said = self.process.stderr.readline()
        return self._said

    def waits(self) -> bool:
        """Whether it said that it waits, and still does after a few more looks at the others."""
        return self.says().startswith("waiting") and not _readable(self.process.stdout, 0.3)

    def end(self) -> None:
        """Let it end of itself."""
        self.process.stdin.close()
        self.process.wait(30)

    def kill(self) -> None:
        """End it as a kill for want of memory does."""
        self.process.kill()
        self.process.wait(30)


def _readable(stream, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return bool(selector.select(seconds))
