"""Files of contributions in which single components carry planted attributes, as jobs read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import normalize

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose.component import Component, table
from vitatlas.jobs.job import parse

WIDTH, TEXT_WIDTH = 12, 12
VALUES = {"color": ["red", "green", "blue"], "location": ["sea", "sky", "city"]}
CARRIERS = {"color": 2, "location": 4}
"""The component that carries each feature."""
COMPONENTS = [
    Component("init", "init"),
    *[Component(f"block.0.head.{head}", "head", "", 0, 0, 0, head) for head in range(4)],
    Component("block.0.mlp", "mlp", "", 0, 0, 1),
    Component("bias", "bias"),
]
PARTS = {"alignment": 120, "held_out": 90, "scores": 120, "test": 90}


class Planted:
    """Contributions in which component 2 writes the colour, component 4 the location, and all others noise.

    Args:
        folder: Where the files go.
        seed: Of everything.

    Attributes:
        files: By input name, the paths that jobs are given.
        maps: A rotation, the same for all components: the true one.
    """

    def __init__(self, folder: Path, seed: int = 0):
        rng = np.random.default_rng(seed)
        axes = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]
        directions = {"color": axes[:3], "location": axes[3:6]}
        self.pictures = _pictures(rng)
        vectors = rng.normal(scale=0.05, size=(len(self.pictures), len(COMPONENTS), WIDTH))
        for feature, component in CARRIERS.items():
            labels = pd.Index(VALUES[feature]).get_indexer(pd.Index(self.pictures[feature]))
            vectors[:, component] += directions[feature][labels]
        vectors[:, -1] = 0.3  # what parameters add
        self.rotation = np.linalg.qr(rng.normal(size=(WIDTH, TEXT_WIDTH)))[0]
        self.vectors = vectors.astype(np.float32)
        self.maps = Maps("planted", torch.from_numpy(self.rotation)[None].float(), torch.zeros(TEXT_WIDTH), 6)
        self.files = self._write(folder, directions)

    def _write(self, folder: Path, directions: dict[str, np.ndarray]) -> dict[str, list[Path]]:
        folder.mkdir(parents=True, exist_ok=True)
        paths = {name: folder / name for name in ("c.npy", "c.pictures.parquet", "c.components.parquet")}
        np.save(paths["c.npy"], self.vectors)
        self.pictures.to_parquet(paths["c.pictures.parquet"])
        table(COMPONENTS).to_parquet(paths["c.components.parquet"])
        targets = normalize(torch.from_numpy(self.vectors[:, :-1].sum(1) @ self.rotation), dim=1)
        np.save(folder / "t.npy", targets.numpy().astype(np.float32))
        self.pictures.to_parquet(folder / "t.pictures.parquet")
        rows = [
            {"feature": feature, "text": text, "vector": (direction @ self.rotation).tolist()}
            for feature, texts in VALUES.items()
            for text, direction in zip(texts, directions[feature], strict=True)
        ]
        pd.DataFrame(rows).to_parquet(folder / "texts.parquet")
        save_maps(folder / "maps.safetensors", self.maps, [part.name for part in COMPONENTS[:-1]], {})
        return {
            "contributions": list(paths.values()),
            "targets": [folder / "t.npy", folder / "t.pictures.parquet"],
            "texts": [folder / "texts.parquet"],
            "maps": [folder / "maps.safetensors"],
        }


def job(spec: Any, inputs: dict[str, list[Path]], outputs: dict[str, Path]) -> Any:
    """A job with these files, as its script would get it."""
    arguments: list[str] = []
    for name, paths in inputs.items():
        arguments += ["--input", name, *map(str, paths)] if paths else []
    for name, path in outputs.items():
        arguments += ["--output", name, str(path)]
    return parse(type(spec), [*arguments, "--spec", json.dumps(spec.model_dump(mode="json"))])


def _pictures(rng: np.random.Generator) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "picture": [f"{part}/{number}" for number in range(count)],
                "part": part,
                **{feature: rng.choice(values, count) for feature, values in VALUES.items()},
            }
        )
        for part, count in PARTS.items()
    ]
    return pd.concat(parts, ignore_index=True)
