"""Small jobs of the relational stage, as the workflow starts them, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from das_jobs import cell
from scene_files import write_scenes
from training_jobs import ENTRY, GEOMETRY, scenes

from vitatlas.models.weights import save_safetensors
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes

IMAGES = {"train": 24, "test_iid": 10}  # per label
ALPHAS = [1.0, 30.0, 1000.0]  # random weights hardly notice less
PROBE: dict[str, Any] = {
    "images_per_label": IMAGES,
    "alphas": ALPHAS,
    "epochs": 2,
    "evaluation_batch": 16,
    "cache_mb": 10,
}


def write_inputs(folder: Path, task: str = "rmts") -> None:
    """Scenes, and a model with random weights, which gives either answer to half of the images."""
    for split, per_label in IMAGES.items():
        about = {"task": task, "setting": "256", "split": split}
        write_scenes(folder / f"{split}.parquet", scenes(split, 2 * per_label + 8, task), GEOMETRY, **about)
    classifier = build(ENTRY, GEOMETRY, seed=1).eval()
    with torch.no_grad():
        for weight in classifier.parameters():
            weight.mul_(3)  # so that answers depend on the image
        images = Renderer(GEOMETRY, 10.0)(Scenes.load(folder / "test_iid.parquet"))
        classifier.head.bias -= classifier(images).median(dim=0).values
    save_safetensors(folder / "model.safetensors", classifier.state_dict())


def probe_arguments(inputs: Path, outputs: Path, models: int = 1, task: str = "rmts", **changes: Any) -> list[str]:
    """The command line of the job."""
    spec = cell(task, **{"runs": [1], "probe": PROBE, **changes})
    command = ["--spec", json.dumps(spec), "--input", "models", *[str(inputs / "model.safetensors")] * models]
    return [
        *command,
        *("--input", "scenes", *[str(inputs / f"{split}.parquet") for split in IMAGES]),
        *("--output", "table", str(outputs / "probe.parquet")),
        *("--output", "probes", str(outputs / "probe.safetensors")),
    ]
