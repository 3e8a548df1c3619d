"""Scores of units that respond to planted attributes of pictures, in files as jobs read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.config.selectivity import Selectivity
from vitatlas.features.selectivity.job import feature_selectivity
from vitatlas.features.selectivity.spec import SelectivitySpec
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.jobs.job import parse

SETTINGS = Selectivity(sites=["mlp.act", "conv.out", "attn.k"], permutations=40, draws=100)

Response = Callable[[pd.DataFrame, np.random.Generator], np.ndarray]


def scenes(count: int, seed: int = 3) -> pd.DataFrame:
    """Scenes of the picture world as a table of pictures."""
    table = draw(WorldSettings(), "test", count, seed)
    return table.assign(picture=[f"test/{n}" for n in range(count)], part="scored")


def to(attribute: str, value: str, noise: float = 0.0) -> Response:
    """A response to one value of an attribute."""

    def score(pictures: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        return (pictures[attribute] == value) + noise * rng.normal(size=len(pictures))

    return score


def nothing(pictures: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Noise."""
    return rng.normal(size=len(pictures))


def write(folder: Path, pictures: pd.DataFrame, layers: Mapping[tuple[str, int], Sequence[Response]]) -> Path:
    """The files of units that respond in the mean over patches; the maximum is the mean twice."""
    rng = np.random.default_rng(0)
    columns = [response(pictures, rng) for responses in layers.values() for response in responses]
    np.save(folder / "scores.npy", np.stack([np.stack(columns, 1)] * 2, 2).astype(np.float32))
    units = [(*place, unit) for place, responses in layers.items() for unit in range(len(responses))]
    pd.DataFrame(units, columns=["site", "layer", "unit"]).to_parquet(folder / "units.parquet")
    pictures.to_parquet(folder / "pictures.parquet")
    return folder


def made(folder: Path, settings: Selectivity = SETTINGS, **changes: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `units` and `layers` of the job on the files of a folder."""
    spec = {"name": "planted", "run": 1, "part": "scored", "one_sign": ["mlp.act"], "seed": 5, **changes}
    arguments: list[str] = []
    for name in ("scores.npy", "units.parquet", "pictures.parquet"):
        arguments += ["--input", Path(name).stem, str(folder / name)]
    outputs = {name: folder / f"{name}.made.parquet" for name in ("units", "layers")}
    for name, path in outputs.items():
        arguments += ["--output", name, str(path)]
    raw = json.dumps(spec | {"settings": settings.model_dump(mode="json")})
    feature_selectivity(parse(SelectivitySpec, [*arguments, "--spec", raw]))
    return pd.read_parquet(outputs["units"]), pd.read_parquet(outputs["layers"])
