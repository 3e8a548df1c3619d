"""Small jobs of the perceptual stage, as the workflow starts them, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from scene_files import write_counterfactuals
from training_jobs import CPU, ENTRY, GEOMETRY

from vitatlas.models.weights import save_safetensors
from vitatlas.relations.config.das import DAS_SPLITS
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.sets import make_split

SIZES = {"train": 48, "val": 16, "test": 16, "test_iid": 24}
SEARCH: dict[str, Any] = {"epochs": 2, "batch": 16, "evaluation_batch": 16, "cache_mb": 10}


def write_inputs(folder: Path, task: str = "discrimination", setting: str = "256") -> None:
    """A model with random weights and its counterfactual sets."""
    classifier = build(ENTRY, GEOMETRY, seed=1)
    with torch.no_grad():
        for weight in classifier.parameters():
            weight.mul_(3)  # so that answers depend on the image
    save_safetensors(folder / "model.safetensors", classifier.state_dict())
    for split, size in SIZES.items():
        scenes = make_split(task, setting, split, 400, GEOMETRY, seed=3)
        for property in ("shape", "color"):
            found = make_counterfactuals(scenes, property, split, size, GEOMETRY, seed=4)
            about = {"task": task, "setting": setting, "split": split}
            write_counterfactuals(folder / f"{property}_{split}.parquet", found, GEOMETRY, **about)


def cell(task: str = "discrimination", **changes: Any) -> dict[str, Any]:
    return {
        **{"name": "tiny", "model": ENTRY.model_dump(mode="json"), "geometry": GEOMETRY.model_dump(), "task": task},
        **{"setting": "256", "seed": 0, "noise_std": 10},
        "compute": CPU.model_dump(mode="json"),
        **changes,
    }


def arguments(inputs: Path, outputs: Path, files: dict[str, str], weights: str = "model", **spec: Any) -> list[str]:
    """The command line of a job; `files` are its outputs by name, `weights` the name of the model's input."""
    command = ["--input", weights, str(inputs / "model.safetensors"), "--spec", json.dumps(cell(**spec))]
    names = [f"{property}_{split}" for property in ("shape", "color") for split in DAS_SPLITS]
    command += ["--input", "counterfactuals", *[str(inputs / f"{name}.parquet") for name in names]]
    for name, file in files.items():
        command += ["--output", name, str(outputs / file)]
    return command


SWEEP = {"table": "das.parquet", "history": "history.parquet", "operators": "operators.safetensors"}


def sweep_arguments(inputs: Path, outputs: Path, **changes: Any) -> list[str]:
    """The command line of a sweep."""
    return arguments(inputs, outputs, SWEEP, **{"run": 1, "search": SEARCH, **changes})
