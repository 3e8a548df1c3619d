"""Jobs and records for the tests of plans."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.commands.plan.records import Header, Record, RecordFile
from vitatlas.commands.plan.work import work_of
from vitatlas.costs.machine import Machine

LAPTOP = Machine(cpu="Model X", cores=2, memory_gb=8, gpu=None)
SERVER = Machine(cpu="Model Y", cores=16, memory_gb=128, gpu="NVIDIA H200")
VIT = {"timm": "vit_base_patch16_224", "origin": "none"}
GEOMETRY = {"canvas": 224, "patch": 16, "object": 32, "sprite": 24}


def finetuning(epochs: int = 2, run: int = 0, device: str = "cpu", **training: Any) -> dict[str, Any]:
    """A spec of the rule `finetune`."""
    return {
        "name": "a",
        "model": VIT,
        "geometry": GEOMETRY,
        "task": "rmts",
        "run": run,
        "seed": 0,
        "training": {"epochs": epochs, "batch": 64, **training},
        "compute": {"device": device, "precision": "bf16", "compile": True, "checkpoint_every_s": 30},
        "code": {"vitatlas": "123"},
        "environment": "456",
    }


def planned(rule: str, spec: dict[str, Any], number: int = 0, done: bool = False, **changes: Any) -> PlannedJob:
    """A job that nothing comes before."""
    values: dict[str, Any] = {
        "rule": rule,
        "wildcards": {"model": "a", "n": str(number)},
        "inputs": (),
        "outputs": (f"{rule}/{number}",),
        "benchmark": f"benchmarks/{rule}/{number}.tsv",
        "threads": 1,
        "mem_mb": 4000,
        "gpu_mb": None,
        "spec": spec,
        "done": done,
    }
    return PlannedJob(**values | changes)


def recorded(
    rule: str, spec: dict[str, Any], seconds: float, on_gpu: bool = False, before: Sequence[str] = (), **changes: Any
) -> Record:
    """What a job of this spec took, after jobs of these kinds."""
    work = work_of(rule, spec, on_gpu, before)
    values: dict[str, Any] = {
        "tier": "demo",
        "commit": "abc",
        "rule": rule,
        "wildcards": f"seconds={seconds}",
        "device": "gpu" if on_gpu else "cpu",
        "kind": work.kind,
        "size": work.size,
        "seconds": seconds,
        "cpu_seconds": seconds / 2,
        "max_rss_mb": 500.0,
        "output_bytes": 1000,
    }
    return Record(**values | changes)


def file_of(*records: Record, machine: Machine = LAPTOP, day: int = 1, folder: str = "") -> RecordFile:
    """A file with these records."""
    header = Header(date=datetime.date(2026, 1, day), machine=machine)
    return RecordFile(Path(folder, f"2026-01-{day:02}-{machine.slug}.csv"), header, records)
