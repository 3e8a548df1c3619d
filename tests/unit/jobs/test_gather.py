from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.gather import gather
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.jobs.job import parse

SPEC = {"cell": {"model": "mini", "task": "rmts", "setting": "32"}, "by": "run"}


def metrics(path: Path, run: int, **changes: str) -> str:
    row = {"model": "mini", "task": "rmts", "setting": "32", "run": run, "checkpoint": "best", "split": "val"}
    pd.DataFrame([{**row, "metric": "accuracy", "value": run / 10, "n": 100, **changes}]).to_parquet(path)
    return str(path)


def gathered(folder: Path, *inputs: str, **changes: object) -> pd.DataFrame:
    output, spec = folder / "table.parquet", json.dumps(SPEC | changes)
    arguments = ["--input", "tables", *inputs, "--output", "table", str(output), "--spec", spec]
    gather(parse(GatherSpec, arguments))
    return pd.read_parquet(output)


def test_runs_stand_one_below_the_other_in_their_order(tmp_path: Path) -> None:
    table = gathered(tmp_path, metrics(tmp_path / "b", 2), metrics(tmp_path / "a", 1))
    assert table["value"].tolist() == [0.1, 0.2]
    assert set(read_provenance(tmp_path / "table.parquet")["inputs"]) == {str(tmp_path / "a"), str(tmp_path / "b")}


def test_metrics_of_another_cell_or_twice_the_same_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'discrimination'.*wanted"):
        gathered(tmp_path, metrics(tmp_path / "a", 1, task="discrimination"))
    with pytest.raises(UserError, match="run 1 is there twice"):
        gathered(tmp_path, metrics(tmp_path / "a", 1), metrics(tmp_path / "b", 1))


def test_variants_stand_in_their_order_and_the_first_may_go_unnamed(tmp_path: Path) -> None:
    named = [metrics(tmp_path / f"{name}{run}", run, auxiliary=name) for name in ("a", "z") for run in (1, 0)]
    order = {"column": "auxiliary", "words": ["none", "z", "a"]}
    table = gathered(tmp_path, *named, metrics(tmp_path / "n", 0), first_by=order)
    found = list(zip(table["auxiliary"], table["run"], strict=True))
    assert found == [("none", 0), ("z", 0), ("z", 1), ("a", 0), ("a", 1)]
    with pytest.raises(UserError, match="unknown auxiliary 'z'; there are: a, none"):
        gathered(tmp_path, *named, first_by={"column": "auxiliary", "words": ["none", "a"]})
    with pytest.raises(UserError, match="run 1 is there twice"):
        gathered(tmp_path, named[0], named[0], first_by=order)


def test_gathering_needs_no_torch(root: Path) -> None:
    code = "import vitatlas.jobs.gather, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(root / "src")}).returncode == 0
