"""Small training jobs, as the workflow starts them, for the tests of training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from vitatlas.config.compute import Compute
from vitatlas.config.models import Backbone, Geometry
from vitatlas.config.training import Finetuning, Pretraining
from vitatlas.jobs import Job, parse
from vitatlas.stimuli.scenes import Scenes
from vitatlas.stimuli.sets import make_split
from vitatlas.training.job import Finetune
from vitatlas.training.pretraining.job import Pretrain
from vitatlas.vocabulary import SPLITS

ROOT = Path(__file__).resolve().parents[2]
GEOMETRY = Geometry(canvas=48, patch=8, object=16, sprite=14)
ENTRY = Backbone.model_validate(
    {
        "timm": "vit_tiny_patch16_224",
        "architecture": {"patch_size": 8, "embed_dim": 24, "depth": 3, "num_heads": 2, "mlp_ratio": 2},
        "geometry": "mini",
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
    values = {**OPTIMISATION, "method": "objects", "steps": 12, "features_block": 0, "blocks": 2, **changes}
    return Pretraining.model_validate(values)


def scenes(split: str, count: int, task: str = "discrimination") -> Scenes:
    return make_split(task, "256", split, count, GEOMETRY, seed=3)


def finetune_arguments(folder: Path, inputs: Path, settings: Finetuning, **changes: Any) -> list[str]:
    """The command line of a fine-tuning; its scenes are written to `inputs` unless they are there."""
    spec = {
        **{"name": "tiny", "model": ENTRY.model_dump(mode="json"), "geometry": GEOMETRY.model_dump()},
        **{"task": "discrimination", "setting": "256", "seed": 1, "random_seed": 0, "noise_std": 10},
        **{"training": settings.model_dump(mode="json"), "compute": CPU.model_dump(mode="json")},
        **changes,
    }
    arguments = ["--spec", json.dumps(spec)]
    for split in SPLITS:
        path = inputs / f"{split}.parquet"
        if not path.exists():
            scenes(split, 64 if split == "train" else 32).save(path)
        arguments += ["--input", split.replace("-", "_"), str(path)]
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
        **{"noise_std": 10, "pretraining": settings.model_dump(mode="json"), "compute": CPU.model_dump(mode="json")},
        **changes,
    }
    outputs = {"weights": "weights.safetensors", "history": "history.parquet"}
    files = [part for name, file in outputs.items() for part in ("--output", name, str(folder / file))]
    return ["--spec", json.dumps(spec), *files]


def finetune_job(arguments: list[str]) -> Job[Finetune]:
    return parse(Finetune, arguments)


def pretrain_job(arguments: list[str]) -> Job[Pretrain]:
    return parse(Pretrain, arguments)


def start(script: str, arguments: list[str]) -> subprocess.Popen[str]:
    """Start a script of the workflow in a process of its own."""
    command = [sys.executable, str(ROOT / "workflow/scripts" / script), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)
