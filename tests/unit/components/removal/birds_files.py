"""Contributions of made-up components to pictures of birds, as the jobs that come before would have left them.

Directions of z: 0 and 1 for the background, which the cue's texts name; 2 and 3 for the bird, the core's; others noise.
Components: `block.0.head.0` follows the background, `block.0.head.1` the bird but weakly, others write noise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.maps import identity
from vitatlas.components.decompose import Component
from vitatlas.components.decompose import table as component_table
from vitatlas.components.removal.job import removal
from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.images.world.waterbirds import draw_waterbirds
from vitatlas.jobs.job import parse

WIDTH, COUNT = 8, 12
CUE, CORE = 1, 2
"""The numbers of the components that follow background and bird."""
TEXTS = {"place": ["sea", "forest"], "bird": ["duck", "finch"]}
SETTINGS: dict[str, Any] = {
    **{"name": "small", "run": 1, "cue": ["sea", "forest"], "core": ["duck", "finch"], "components": 1, "most": 3},
    **{
        "heads": 2,
        "zero_shot": False,
        "draws": 4,
        "selection": "selection",
        "train": "train",
        "test": "test",
        "seed": 5,
    },
    "training": {"learning_rate": 0.05, "epochs": 30},
}
PARTS = {"train": (300, 0.95), "selection": (200, 0.95), "test": (400, 0.5)}


def components() -> list[Component]:
    """Init, heads, and the bias, which has no map."""
    heads = [Component(f"block.0.head.{head}", "head", block=0, layer=0, head=head) for head in range(COUNT - 1)]
    return [Component("init", "init"), *heads, Component("bias", "bias")]


def written(pictures: pd.DataFrame, seed: int) -> np.ndarray:
    """Contributions [pictures, components, d]."""
    generator = np.random.default_rng(seed)
    vectors = 0.1 * generator.standard_normal((len(pictures), COUNT + 1, WIDTH))
    vectors[:, -1] = 0.3
    on_water = pictures["group"].str.endswith("water").to_numpy()
    is_duck = (pictures["category"] == "duck").to_numpy()
    vectors[:, CUE, 0] += np.where(on_water, 1.5, -1.5)
    vectors[:, CUE, 1] -= np.where(on_water, 1.5, -1.5)
    vectors[:, CORE, 2] += np.where(is_duck, 0.35, -0.35)
    vectors[:, CORE, 3] -= np.where(is_duck, 0.35, -0.35)
    return vectors


def contributions(parts: dict[str, tuple[int, float]] = PARTS) -> tuple[np.ndarray, pd.DataFrame]:
    """Vectors and pictures of all parts."""
    tables = [
        draw_waterbirds(share, "test", number, place).assign(part=part)
        for place, (part, (number, share)) in enumerate(parts.items())
    ]
    pictures = pd.concat(tables, ignore_index=True)
    return written(pictures, 0).astype(np.float32), pictures.assign(picture=pictures.index.astype(str))


class Files:
    """The files of a job's inputs, in a folder."""

    def __init__(self, folder: Path, vectors: np.ndarray, pictures: pd.DataFrame):
        self._folder, self.table = folder, folder / "table.parquet"
        np.save(folder / "birds.npy", vectors)
        pictures.to_parquet(folder / "birds.pictures.parquet")
        component_table(components()).to_parquet(folder / "birds.components.parquet")
        axes = np.eye(WIDTH, dtype=np.float32)
        names = [(feature, text) for feature, known in TEXTS.items() for text in known]
        rows = [
            {"feature": feature, "text": text, "vector": axes[place]} for place, (feature, text) in enumerate(names)
        ]
        pd.DataFrame(rows).to_parquet(folder / "texts.parquet")
        mapped = [component.name for component in components()[:-1]]
        save_maps(folder / "maps.safetensors", identity(COUNT, WIDTH), mapped, {})

    def run(self, **changes: Any) -> pd.DataFrame:
        """The table of the job."""
        at, ends = self._folder, ("npy", "pictures.parquet", "components.parquet")
        inputs = {
            "contributions": [f"{at}/birds.{end}" for end in ends],
            **{"texts": [f"{at}/texts.parquet"], "maps": [f"{at}/maps.safetensors"]},
        }
        arguments = [word for name, paths in inputs.items() for word in ("--input", name, *paths)]
        output = ["--output", "table", str(self.table), "--spec", json.dumps(SETTINGS | changes)]
        removal(parse(RemovalSpec, [*arguments, *output]))
        return pd.read_parquet(self.table)
