"""Small training jobs, as the workflow starts them, for the tests of training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scene_files import write_scenes

from vitatlas.config.compute import Compute
from vitatlas.jobs.job import Job, parse
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.config.training import Finetuning, Pretraining
from vitatlas.relations.finetuning.spec import FinetuneSpec
from vitatlas.relations.pretraining.spec import PretrainSpec
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.vocabulary import SPLITS

ROOT = Path(__file__).resolve().parents[2]
GEOMETRY = Geometry(canvas=48, patch=8, object=16, sprite=14)
ENTRY = Network.model_validate(
    {
        "timm": "vit_tiny_patch16_224",
        "architecture": {"patch_size": 8, "embed_dim": 24, "depth": 3, "num_heads": 2, "mlp_ratio": 2},
        "origin": "none",
        "preprocessing": {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)},
        "position_init": "sincos2d",
    }
)
CPU = Compute(device="cpu")
OPTIMISATION: dict[str, Any] = {"learning_rate": 2e-3, "schedule": "cosine", "warmup": 0.1, "clip": 1, "batch": 8}


def finetuning(**changes: Any) -> Finetuning:
    """Settings of a short fine-tuning."""
    return Finetuning.model_validate({**OPTIMISATION, "epochs": 2, "evaluation_batch": 16, **changes})


def pretraining(**changes: Any) -> Pretraining:
    """Settings of a short pretraining."""
    values = {**OPTIMISATION, "method": "objects", "steps": 12, "blocks": 2, **changes}
    of_objects = {"features_block": 0} if values["method"] == "objects" else {}
    return Pretraining.model_validate(of_objects | values)


def scenes(split: str, count: int, task: str = "discrimination") -> Scenes:
    return make_split(task, "256", split, count, GEOMETRY, seed=3)


def finetune_arguments(folder: Path, inputs: Path, settings: Finetuning, **changes: Any) -> list[str]:
    """The command line of a fine-tuning; its scenes are written to `inputs` unless they are there."""
    spec = {
        **{"name": "tiny", "model": ENTRY.model_dump(mode="json"), "geometry": GEOMETRY.model_dump()},
        **{"task": "discrimination", "setting": "256", "run": 1, "seed": 0, "noise_std": 10},
        **{"training": settings.model_dump(mode="json"), "compute": CPU.model_dump(mode="json")},
        **changes,
    }
    paths = [inputs / f"{split}.parquet" for split in SPLITS]
    for split, path in zip(SPLITS, paths, strict=True):
        if not path.exists():
            about = {"task": "discrimination", "setting": "256", "split": split}
            write_scenes(path, scenes(split, 64 if split == "train" else 32), GEOMETRY, **about)
    arguments = ["--spec", json.dumps(spec), "--input", "scenes", *map(str, paths)]
    for name, suffix in (
        ("best", "safetensors"),
        ("last", "safetensors"),
        ("history", "parquet"),
        ("metrics", "parquet"),
    ):
        arguments += ["--output", name, str(folder / f"{name}.{suffix}")]
    return arguments


def pretrain_arguments(folder: Path, settings: Pretraining, **changes: Any) -> list[str]:
    """The command line of a pretraining."""
    spec = {
        **{"name": "tiny", "model": ENTRY.model_dump(mode="json"), "geometry": GEOMETRY.model_dump(), "seed": 0},
        **{
            "run": 0,
            "noise_std": 10,
            "pretraining": settings.model_dump(mode="json"),
            "compute": CPU.model_dump(mode="json"),
        },
        **changes,
    }
    outputs = {"weights": "weights.safetensors", "history": "history.parquet", "shown": "shown.parquet"}
    files = [part for name, file in outputs.items() for part in ("--output", name, str(folder / file))]
    return ["--spec", json.dumps(spec), *files]


def finetune_job(arguments: list[str]) -> Job[FinetuneSpec]:
    return parse(FinetuneSpec, arguments)


def pretrain_job(arguments: list[str]) -> Job[PretrainSpec]:
    return parse(PretrainSpec, arguments)


def start(script: str, arguments: list[str]) -> subprocess.Popen[str]:
    """Start a script of the paper in a process of its own."""
    command = [sys.executable, str(ROOT / "workflow/scripts/relations" / script), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
