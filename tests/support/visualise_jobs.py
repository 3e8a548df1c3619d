"""Jobs that visualise features of a small network, and the files that they read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from encoder_kinds import encoder_entry

from vitatlas.features.top.job import unit_scores
from vitatlas.features.top.spec import UnitScoresSpec
from vitatlas.features.visualise.job import visualise
from vitatlas.features.visualise.spec import VisualiseSpec
from vitatlas.jobs.job import parse

ENCODER = {"name": "small", "run": 2, "weights_seed": 3}
PICTURES = {"parts": {"test": {"split": "test", "scenes": 30}}, "seed": 5, "batch": 8}
FEATURES = [{"layer": 1, "units": [5, 0, 9], "replicates": 2}, {"layer": 0, "site": "attn.k", "units": [3]}]
SETTINGS = {"steps": 6, "copies": 3}
CPU = {"device": "cpu"}


def encoder(kind: str = "vit") -> dict[str, Any]:
    return ENCODER | {"model": encoder_entry(kind).model_dump(mode="json", exclude_none=True)}


def words(role: str, **files: Path) -> list[str]:
    return [word for name, path in files.items() for word in (f"--{role}", name, str(path))]


def arguments(folder: Path, inputs: dict[str, Path] | None = None, **changes: Any) -> list[str]:
    given = {"features": FEATURES, "weights": [0.02], "weight_units": "activation", "settings": SETTINGS}
    given |= {key: changes.pop(key) for key in list(changes) if key in (*given, "protocol")}
    spec = {"encoder": encoder(), "sets": {"set": given}, "together": 2, "seed": 0, "compute": CPU} | changes
    outputs = words("output", images=folder / "images.npy", table=folder / "table.parquet")
    return [*words("input", **(inputs or {})), *outputs, "--spec", json.dumps(spec)]


def made(folder: Path, inputs: dict[str, Path] | None = None, **changes: Any) -> tuple[np.ndarray, pd.DataFrame]:
    folder.mkdir(exist_ok=True)
    visualise(parse(VisualiseSpec, arguments(folder, inputs, **changes)))
    return np.load(folder / "images.npy"), pd.read_parquet(folder / "table.parquet")


def scored(folder: Path) -> Path:
    """The moments of the scores of both layers, by the job that scores units."""
    names = ("scores", "units", "pictures", "moments", "top")
    files = {name: folder / f"{name}.{'npy' if name == 'scores' else 'parquet'}" for name in names}
    spec = {"encoder": encoder(), "pictures": PICTURES, "sites": [{"site": "mlp.act"}], "kept": 3, "compute": CPU}
    unit_scores(parse(UnitScoresSpec, [*words("output", **files), "--spec", json.dumps(spec)]))
    return files["moments"]
