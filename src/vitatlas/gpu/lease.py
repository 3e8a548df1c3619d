"""A share of a GPU for this process: distinct devices for jobs that run beside each other, while there are enough.

Snakemake starts jobs on one machine without telling them which GPU is whose, and all would compute on the first.

1. Each job files a claim: a file with its number in the queue, how much GPU memory it wants, and which devices it may
   use. It holds a lock on the file as long as it lives. The kernel drops the lock with the process, however it ends, so
   a file that is not locked is a dead job's, and the next job that looks deletes it.
2. One job at a time (a lock on the folder's file `lock`) reads all claims and sees whether it is its turn (`place`).
3. A job whose turn it is writes the device into its claim and CUDA_VISIBLE_DEVICES. The others look again every second.

Jobs in containers take part: Apptainer mounts /tmp. Other people's programs do not, nor do this user's other ones.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from vitatlas.errors import UserError
from vitatlas.gpu.claims import Claim, claimed, place
from vitatlas.gpu.devices import VARIABLE, Gpu, check_size, named, usable

LOOK_EVERY_S = 1.0
SAY_EVERY_S = 60.0

_held: list[TextIO] = []  # the locked claim of this process: closing the file would give the device away


def take(memory_mb: int, folder: Path | None = None) -> None:
    """Wait for a device with so much memory that no other job claims, and make it the only one that CUDA sees.

    Must come before anything initialises CUDA in this process. The share is held until the process ends; a second call
    changes nothing. Nothing happens where there is no choice: no device, or the one that a SLURM job was given.

    Args:
        memory_mb: GPU memory that this process may need, in MiB.
        folder: Where the claims are; by default this user's folder in /tmp.

    Raises:
        UserError: No device has so much memory; CUDA_VISIBLE_DEVICES names a device that is not there; the folder is
            another user's.
    """
    names = named()
    if _held or (names is not None and len(names) == 1 and "SLURM_JOB_ID" in os.environ):
        return
    gpus = usable()
    if not gpus:
        return
    check_size(memory_mb, gpus)
    device = _Queue(folder or default_folder()).wait(memory_mb, gpus)
    os.environ[VARIABLE] = device.uuid
    _say(f"computing on GPU {device.index} ({device.uuid}), {memory_mb} of its {device.memory_mb} MiB are claimed")


def default_folder() -> Path:
    """This user's folder of claims: in /tmp whatever TMPDIR says, since all jobs of the machine must agree on it."""
    return Path(f"/tmp/vit-atlas-gpu-{os.getuid()}")


class _Queue:
    """The claims in one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise UserError(
                "the folder by which jobs share out GPUs is not yours",
                where=folder,
                remedy="have it removed by its owner or an administrator",
            )

    def wait(self, memory_mb: int, gpus: Sequence[Gpu]) -> Gpu:
        """Queue up; return when it is this process's turn, with its device."""
        claim, handle = self._file(memory_mb, gpus)
        said = -SAY_EVERY_S
        while True:
            with self._alone():
                claims = self._living()
                device = place(claims).get(claim.number)
                if device is not None:
                    _write(handle, replace(claim, device=device))
                    return next(gpu for gpu in gpus if gpu.uuid == device)
            if time.monotonic() - said >= SAY_EVERY_S:
                said = time.monotonic()
                _say(_situation(claim, claims, gpus))
            time.sleep(LOOK_EVERY_S)

    def _file(self, memory_mb: int, gpus: Sequence[Gpu]) -> tuple[Claim, TextIO]:
        """A claim at the end of the queue, and its file."""
        with self._alone():
            number = 1 + max((claim.number for claim in self._living()), default=0)
            claim = Claim(number, memory_mb, {gpu.uuid: gpu.memory_mb for gpu in gpus})
            handle = (self.folder / f"{number}.json").open("w", encoding="utf-8")
            fcntl.flock(handle, fcntl.LOCK_EX)
            _held.append(handle)
            _write(handle, claim)
        return claim, handle

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other job reads or changes claims."""
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _living(self) -> list[Claim]:
        """The claims of living jobs; those of dead ones are deleted."""
        claims = []
        for path in self.folder.glob("*.json"):
            with path.open(encoding="utf-8") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    claims.append(Claim(**json.load(handle)))
                else:
                    path.unlink()
        return claims


def _write(handle: TextIO, claim: Claim) -> None:
    handle.seek(0)
    handle.truncate()
    json.dump(asdict(claim), handle)
    handle.flush()


def _situation(claim: Claim, claims: Sequence[Claim], gpus: Sequence[Gpu]) -> str:
    used = claimed(claims)
    room = ", ".join(f"{gpu.memory_mb - used[gpu.uuid]} MiB on GPU {gpu.index}" for gpu in gpus)
    ahead = sum(other.device is None and other.number < claim.number for other in claims)
    return f"waiting for {claim.memory_mb} MiB of GPU memory: other jobs leave {room}; jobs ahead in the queue: {ahead}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
