"""Checkpoints: a hidden file beside an output, from which an interrupted job continues.

1. A checkpoint belongs to one job: it carries a key made of what the job depends on, spec and inputs' content, and is
   used only by a job with the same key.
2. It appears by rename, so that a kill at any moment leaves the previous one.
3. SIGTERM and SIGUSR1 (what a cluster sends before it kills) ask for one: `StopRequest` notes the signal, the loop
   saves and leaves with status `STOPPED`.
"""

from __future__ import annotations

import hashlib
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from vitatlas.errors import explaining
from vitatlas.jobs.job import Job
from vitatlas.jobs.spec import effective


def key_of(job: Job[Any]) -> str:
    """The identity of a job: of its raw spec (code and environment included) and its inputs' content."""
    inputs = {name: [job.digests[str(path)] for path in job.input.all(name)] for name in job.input.names()}
    text = json.dumps({"spec": effective(job.raw_spec), "inputs": inputs}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Checkpoint:
    """The checkpoint of one job.

    Args:
        output: The output beside which it lies, as `.<name>.checkpoint`.
        key: Identifies the job.
        every_s: Seconds between saves.
    """

    def __init__(self, output: Path, key: str, every_s: float):
        self.path = output.with_name(f".{output.name}.checkpoint")
        self.key, self.every_s = key, every_s
        # Always of the same name, unlike other unfinished files: what a kill leaves behind is overwritten next time.
        self._part = self.path.with_name(f"{self.path.name}.part")
        self._saved = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the last save is long enough ago."""
        return time.monotonic() - self._saved >= self.every_s

    def save(self, state: dict[str, Any]) -> None:
        """Write `state` (tensors, numbers, strings, lists, dicts) in place of the previous checkpoint.

        Raises:
            UserError: The system refuses: a full disk, …
        """
        with explaining(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torch.save({"key": self.key, "state": state}, self._part)
            self._part.replace(self.path)
        self._saved = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """The state that was saved, on the CPU; None if there is none of this job."""
        if not self.path.exists():
            return None
        try:
            content = torch.load(self.path, map_location="cpu", weights_only=True)
            if content["key"] == self.key:
                return content["state"]
            reason = "is of a job with another spec or other inputs"
        except Exception as error:  # torch.load raises many types; whatever it is, the file is of no use
            reason = f"cannot be read ({error.__class__.__name__})"
        print(f"starting anew: the checkpoint {self.path} {reason}", file=sys.stderr)
        return None

    def remove(self) -> None:
        """Delete it, after the outputs were written."""
        for path in (self.path, self._part):
            path.unlink(missing_ok=True)


class StopRequest:
    """Within this context SIGTERM and SIGUSR1 do not kill: the first one is kept in `signal`."""

    SIGNALS = (signal.SIGTERM, signal.SIGUSR1)

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def __enter__(self) -> StopRequest:
        self._previous = {number: signal.signal(number, self._note) for number in self.SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or signal.Signals(number)
