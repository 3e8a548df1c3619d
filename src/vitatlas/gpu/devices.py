"""The NVIDIA GPUs of this machine that this process may use.

Asks nvidia-smi, not torch: the first question to torch settles for the rest of the process which devices there are.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitatlas.errors import UserError

VARIABLE = "CUDA_VISIBLE_DEVICES"
_QUERY = ("nvidia-smi", "--query-gpu=index,uuid,memory.total", "--format=csv,noheader,nounits")


@dataclass(frozen=True)
class Gpu:
    """One device.

    Attributes:
        index: Its number in nvidia-smi.
        uuid: Its name that no other device has.
        memory_mb: All of its memory, in MiB.
    """

    index: int
    uuid: str
    memory_mb: int


def named(environment: Mapping[str, str] = os.environ) -> list[str] | None:
    """The devices that CUDA_VISIBLE_DEVICES names, in its order; None where it is not set.

    As CUDA does, stop at an entry that hides the rest (empty, -1, SLURM's NoDevFiles).
    """
    if VARIABLE not in environment:
        return None
    names: list[str] = []
    for entry in map(str.strip, environment[VARIABLE].split(",")):
        if not (entry.isdigit() or entry.startswith(("GPU-", "MIG-"))):
            break
        names.append(entry)
    return names


def installed() -> list[Gpu]:
    """All devices of the machine; none where nvidia-smi is missing or finds no driver."""
    try:
        done = subprocess.run(_QUERY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    rows = [[field.strip() for field in line.split(",")] for line in done.stdout.splitlines() if line.strip()]
    return [Gpu(int(index), uuid, int(memory)) for index, uuid, memory in rows]


def usable() -> list[Gpu]:
    """The devices that this process may use: those that CUDA_VISIBLE_DEVICES names, all where it is not set.

    A number is nvidia-smi's; CUDA's own may differ on a machine with devices of several kinds. Empty also where the
    variable names one device that nvidia-smi does not list, such as an instance of a divided GPU: there is no choice.

    Raises:
        UserError: It names several, and one of them is not there.
    """
    gpus, names = installed(), named()
    if names is None or not gpus:
        return gpus
    found = [_find(name, gpus) for name in names]
    chosen = [gpu for gpu in found if gpu is not None]
    if len(names) > 1 and len(chosen) < len(names):
        raise UserError(
            f"there is no GPU {names[found.index(None)]}; there are: {', '.join(str(gpu.index) for gpu in gpus)}",
            where=f"{VARIABLE}={os.environ[VARIABLE]}",
            remedy="name GPUs as `nvidia-smi -L` lists them, or one single instance of a divided (MIG) GPU",
        )
    return list(dict.fromkeys(chosen))


def check_size(memory_mb: int, gpus: Sequence[Gpu]) -> None:
    """Check that a job that may need this much GPU memory, in MiB, fits one of the devices.

    Raises:
        UserError: It fits none.
    """
    largest = max(gpu.memory_mb for gpu in gpus)
    if memory_mb > largest:
        raise UserError(
            f"a job wants {memory_mb} MiB of GPU memory, and the largest GPU here has {largest} MiB",
            where="key 'gpu_memory_mb'",
            remedy="if the job needs less, lower its number there; if not, lower its batch, or use a larger GPU",
        )


def _find(name: str, gpus: Sequence[Gpu]) -> Gpu | None:
    """The device of this number or UUID; a UUID may be shortened as long as only one begins so."""
    if name.isdigit():
        matching = [gpu for gpu in gpus if gpu.index == int(name)]
    else:
        matching = [gpu for gpu in gpus if gpu.uuid.startswith(name)]
    return matching[0] if len(matching) == 1 else None
