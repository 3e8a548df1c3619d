"""An encoder made up for scenes of the picture world: which component writes which attribute is known.

`color.1`, `color.2`, `location.1` write the scene's value of an attribute as a direction of its own, on top of noise;
`noise.1` … write nothing else; `init` writes the same for every picture. Texts are these directions, and the maps leave
everything as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.maps import identity
from vitatlas.encoders.seen.scenes import scenes_of_part
from vitatlas.encoders.seen.sources import Scenes
from vitatlas.images.world.attributes import COLORS, LOCATIONS

FEATURES = {"color": COLORS, "location": LOCATIONS}
SIDE, SEED = 32, 3
TEST = Scenes(split="test", scenes=160)
OTHER = Scenes(split="probe", scenes=20)
WIDTH = sum(map(len, FEATURES.values()))
STRENGTHS = {"color.1": 4.0, "color.2": 1.0, "location.1": 4.0, "location.2": 1.0}
NOISE = 0.5
NAMES = ["init", *STRENGTHS, *(f"noise.{number}" for number in range(1, 7))]


def vectors(pictures: pd.DataFrame, seed: int = 0) -> np.ndarray:
    """What all components write, the bias last, [N, components + 1, d] float32."""
    found = NOISE * np.random.default_rng(seed).normal(size=(len(pictures), len(NAMES) + 1, WIDTH))
    found[:, 0], found[:, -1] = 0.3, 0.1
    for name, strength in STRENGTHS.items():
        attribute = name.partition(".")[0]
        found[np.arange(len(pictures)), NAMES.index(name), places(pictures, attribute)] += strength
    return found.astype(np.float32)


def places(pictures: pd.DataFrame, attribute: str) -> np.ndarray:
    """The direction of each picture's value of an attribute, [N]."""
    before = list(FEATURES).index(attribute) * len(COLORS)
    return before + pd.Index(FEATURES[attribute]).get_indexer(pd.Index(pictures[attribute]))


def pictures() -> pd.DataFrame:
    """The table of pictures; those of part `test` last."""
    parts = {"scores": OTHER, "test": TEST}
    tables = [scenes_of_part(name, of, SEED).assign(part=name) for name, of in parts.items()]
    return pd.concat(tables, ignore_index=True)


def scores() -> pd.DataFrame:
    """Scores as strong as what is planted; none of `init`, which does not vary."""
    rows = []
    for feature in FEATURES:
        for number, name in enumerate(NAMES):
            planted = STRENGTHS.get(name, 0) if name.startswith(feature) else 0
            value = np.nan if name == "init" else planted / 5 - 0.01 * number
            rows.append({"component": number, "name": name, "feature": feature, "quantity": "score", "value": value})
        whole = {"component": -1, "name": "z", "feature": feature, "n": TEST.scenes}
        rows += [{**whole, "quantity": "accuracy", "value": 0.9}, {**whole, "quantity": "chance", "value": 0.125}]
        rows.append({**whole, "quantity": "decodability", "value": 0.775})
    return pd.DataFrame(rows)


def written(folder: Path) -> dict[str, list[str]]:
    """All files that the jobs read, by the name of the input."""
    table = pictures()
    kinds = ["init", *["mlp"] * (len(NAMES) - 1), "bias"]
    components = pd.DataFrame({"component": range(len(kinds)), "name": [*NAMES, "bias"], "kind": kinds})
    np.save(folder / "vectors.npy", vectors(table))
    table.to_parquet(folder / "pictures.parquet")
    components.to_parquet(folder / "components.parquet")
    scores().to_parquet(folder / "scores.parquet")
    rows = [(feature, text) for feature, texts in FEATURES.items() for text in texts]
    texts = pd.DataFrame(rows, columns=["feature", "text"]).assign(vector=np.eye(WIDTH).tolist())
    texts.to_parquet(folder / "texts.parquet")
    save_maps(folder / "maps.safetensors", identity(len(NAMES), WIDTH), NAMES, {})
    contributions = [str(folder / name) for name in ("vectors.npy", "pictures.parquet", "components.parquet")]
    single = {"scores": "scores.parquet", "texts": "texts.parquet", "maps": "maps.safetensors"}
    return {"contributions": contributions, **{name: [str(folder / file)] for name, file in single.items()}}


def arguments(files: dict[str, list[str]], output: Path, spec: dict[str, Any]) -> list[str]:
    """The command line of a job."""
    inputs = [word for name, paths in files.items() for word in ("--input", name, *paths)]
    return [*inputs, "--output", "table", str(output), "--spec", json.dumps(spec)]


def by_text_spec(**changes: Any) -> dict[str, Any]:
    """The spec of the search by text, with some keys changed."""
    spec = {"name": "mini", "run": 0, "labels": {name: name for name in FEATURES}, "width": 2, "top": 10}
    return {**spec, "shown": {"location": ["forest", "sea"]}, "similarity": "cosine", "pictures": shown(), **changes}


def by_picture_spec(**changes: Any) -> dict[str, Any]:
    """The spec of the search by picture, with some keys changed."""
    spec = {"name": "mini", "run": 0, "labels": {name: name for name in FEATURES}, "values": FEATURES}
    spec |= {"components": {"color": 2, "location": 2}, "gap": "corrected", "top": 5, "probes": 60, "shown_probes": 3}
    return {**spec, "seed": 7, "pictures": shown(), **changes}


def shown() -> dict[str, Any]:
    """How thumbnails are made."""
    return {"source": TEST.model_dump(), "image": SIDE, "shorter_side": SIDE, "interpolation": "bicubic"}
