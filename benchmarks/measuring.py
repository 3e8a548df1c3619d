"""The instruments of benchmarks: time and memory, of a CPU or a GPU, and the models that are measured."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import torch

from vitatlas.config.load import load_zoo
from vitatlas.config.models import zoo_type
from vitatlas.relations.config.models import Geometries, Geometry, Network, RelationsModel, geometry_of, network_of

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


def memory(device: str) -> int:
    """Largest number of bytes in use so far."""
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
