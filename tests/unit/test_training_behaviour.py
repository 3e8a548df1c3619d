from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.jobs import parse
from vitatlas.training.behaviour import GatherBehaviour, gather_behaviour

SPEC = {"name": "mini", "task": "rmts", "setting": "32"}


def metrics(path: Path, seed: int, **changes: str) -> str:
    row = {"model": "mini", "task": "rmts", "setting": "32", "seed": seed, "checkpoint": "best", "split": "val"}
    pd.DataFrame([{**row, "metric": "accuracy", "value": seed / 10, "n": 100, **changes}]).to_parquet(path)
    return str(path)


def gather(folder: Path, *inputs: str) -> pd.DataFrame:
    output = folder / "table.parquet"
    arguments = ["--input", "metrics", *inputs, "--output", "table", str(output), "--spec", json.dumps(SPEC)]
    gather_behaviour(parse(GatherBehaviour, arguments))
    return pd.read_parquet(output)


def test_seeds_stand_one_below_the_other_in_their_order(tmp_path: Path) -> None:
    table = gather(tmp_path, metrics(tmp_path / "b", 2), metrics(tmp_path / "a", 1))
    assert table["value"].tolist() == [0.1, 0.2]


def test_metrics_of_another_cell_or_twice_the_same_seed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'discrimination'.*wanted"):
        gather(tmp_path, metrics(tmp_path / "a", 1, task="discrimination"))
    with pytest.raises(UserError, match="seed 1 is there twice"):
        gather(tmp_path, metrics(tmp_path / "a", 1), metrics(tmp_path / "b", 1))


def test_gathering_needs_no_torch(root: Path) -> None:
    code = "import vitatlas.training.behaviour, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(root / "src")}).returncode == 0
