"""A job that is told to stop before it has anything to save says so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def handles(process: "subprocess.Popen[str]", number: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    mask = next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1]
    return bool(int(mask, 16) >> (number - 1) & 1)


def test_a_training_stopped_while_it_starts_names_the_remedy(root: Path) -> None:
    script = root / "workflow/scripts/relations/finetune.py"
    process = subprocess.Popen(
        [sys.executable, script, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    deadline = time.monotonic() + 60
    while not handles(process, signal.SIGTERM):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    process.terminate()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "stopped by SIGTERM before there was anything new to continue from" in error
    assert "--set-resources finetune:runtime=" in error
    assert "Traceback" not in error
