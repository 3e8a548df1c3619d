from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.gather import Gather, gather
from vitatlas.jobs import parse

SPEC = {"name": "mini", "task": "rmts", "setting": "32"}


def metrics(path: Path, seed: int, **changes: str) -> str:
    row = {"model": "mini", "task": "rmts", "setting": "32", "seed": seed, "checkpoint": "best", "split": "val"}
    pd.DataFrame([{**row, "metric": "accuracy", "value": seed / 10, "n": 100, **changes}]).to_parquet(path)
    return str(path)


def gathered(folder: Path, *inputs: str, **changes: list[str]) -> pd.DataFrame:
    output, spec = folder / "table.parquet", json.dumps(SPEC | changes)
    arguments = ["--input", "tables", *inputs, "--output", "table", str(output), "--spec", spec]
    gather(parse(Gather, arguments))
    return pd.read_parquet(output)


def test_seeds_stand_one_below_the_other_in_their_order(tmp_path: Path) -> None:
    table = gathered(tmp_path, metrics(tmp_path / "b", 2), metrics(tmp_path / "a", 1))
    assert table["value"].tolist() == [0.1, 0.2]


def test_metrics_of_another_cell_or_twice_the_same_seed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'discrimination'.*wanted"):
        gathered(tmp_path, metrics(tmp_path / "a", 1, task="discrimination"))
    with pytest.raises(UserError, match="seed 1 is there twice"):
        gathered(tmp_path, metrics(tmp_path / "a", 1), metrics(tmp_path / "b", 1))


def test_variants_stand_in_their_order_and_the_first_may_go_unnamed(tmp_path: Path) -> None:
    variants = ["none", "z", "a"]
    named = [metrics(tmp_path / f"{name}{seed}", seed, auxiliary=name) for name in ("a", "z") for seed in (1, 0)]
    table = gathered(tmp_path, *named, metrics(tmp_path / "n", 0), variants=variants)
    found = list(zip(table["auxiliary"], table["seed"], strict=True))
    assert found == [("none", 0), ("z", 0), ("z", 1), ("a", 0), ("a", 1)]
    with pytest.raises(UserError, match="unknown variant 'z'; there are: a, none"):
        gathered(tmp_path, *named, variants=["none", "a"])
    with pytest.raises(UserError, match="seed 1 is there twice"):
        gathered(tmp_path, named[0], named[0], variants=variants)


def test_gathering_needs_no_torch(root: Path) -> None:
    code = "import vitatlas.gather, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(root / "src")}).returncode == 0
