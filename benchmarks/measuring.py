"""The instruments of benchmarks: time and memory, of a CPU or a GPU, and the models that are measured."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import torch

from vitatlas.config.load import load_zoo
from vitatlas.config.models import zoo_type
from vitatlas.relations.config.models import Geometries, Geometry, Network, RelationsModel, geometry_of, network_of

ROUNDS = 5
"""Of a rate, of which the best counts."""

ZOO = Path(__file__).resolve().parents[1] / "config/models.yaml"


def model_of(name: str) -> tuple[Network, Geometry]:
    """A model of the zoo as it is fine-tuned, and its geometry."""
    zoo = load_zoo(ZOO, zoo_type({"relations": (Geometries, RelationsModel)}))
    return network_of(zoo, name), geometry_of(zoo, name)


def clock(device: str) -> float:
    """Seconds: of CPU time on a CPU, which other programs do not lengthen; of wall time on a GPU."""
    if device == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def rate(work: Callable[[int], int], seconds: float, now: Callable[[], float] = time.perf_counter) -> float:
    """Images per second of `work`, which returns how many it did. Best of some rounds, as other programs interfere.

    Args:
        work: Is called with 0, 1, 2, …
        seconds: How long all rounds together take, at least.
        now: The clock.
    """
    work(0)
    best, step = 0.0, 0
    for _ in range(ROUNDS):
        done, start = 0, now()
        while (passed := now() - start) < seconds / ROUNDS:
            done += work(step)
            step += 1
        best = max(best, done / passed)
    return best


def memory(device: str) -> int:
    """Largest number of bytes in use so far."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
