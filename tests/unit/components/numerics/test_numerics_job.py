"""The job: which pictures, what is written, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from decomposed import entry

from vitatlas.components.numerics.job import numerics
from vitatlas.components.numerics.spec import NumericsSpec
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse

TABLES = ("exactness", "bias_policy", "throughput")


def made(folder: Path, scenes: int = 9, **changes: Any) -> dict[str, pd.DataFrame]:
    spec = {
        "encoder": {"name": "small", "run": 4, "model": entry("vit").model_dump(mode="json"), "weights_seed": 0},
        "pictures": {"parts": {"test": {"split": "test", "scenes": scenes}}, "seed": 0, "batch": 4},
        **{"exact": 5, "compared": 9, "rounds": 2, "start": "block.1", "policy": "separate", "seed": 1, "compute": {}},
    }
    outputs = [word for name in TABLES for word in ("--output", name, str(folder / f"{name}.parquet"))]
    numerics(parse(NumericsSpec, [*outputs, "--spec", json.dumps(spec | changes)]))
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def test_tables_are_of_as_many_pictures_as_asked_for_and_of_the_model(tmp_path: Path) -> None:
    found = made(tmp_path)
    for table in found.values():
        assert table[["model", "run"]].drop_duplicates().to_numpy().tolist() == [["small", 4]]
    assert found["exactness"]["picture"].nunique() == 5
    assert set(found["bias_policy"]["n"]) == {9}
    assert set(found["throughput"]["batch"]) == {4}


def test_the_first_blocks_are_left_out_where_the_decomposition_begins_later(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found["bias_policy"]["block"].min() == -1
    assert set(found["bias_policy"]["block"]) == {-1, 1, 2}


def test_everything_but_time_and_memory_comes_out_the_same_again(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    first, second = made(one), made(other)
    for name in ("exactness", "bias_policy"):
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=True)


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="9 pictures of part 'test' are asked for, and it has 8"):
        made(tmp_path, scenes=8)
