"""Maps into one text space, and texts of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vitatlas.components.align.files import about_maps, save_maps
from vitatlas.components.align.maps import identity
from vitatlas.components.align.space import require_texts_of, space_of
from vitatlas.errors import UserError
from vitatlas.jobs.provenance import KEY


def maps(folder: Path, **about: Any) -> Path:
    save_maps(folder / "maps.safetensors", identity(2, 3), ["a", "b"], {KEY: json.dumps({"about": about})})
    return folder / "maps.safetensors"


def texts(folder: Path, **about: Any) -> Path:
    table = pa.Table.from_pandas(pd.DataFrame({"text": ["sea"]}))
    record = {KEY.encode(): json.dumps({"about": about}).encode()} if about else {}
    pq.write_table(table.replace_schema_metadata(record), folder / "texts.parquet")
    return folder / "texts.parquet"


SPACE = {"text_model": "clip", "text_run": 0}


def test_texts_of_the_same_space_are_taken(tmp_path: Path) -> None:
    require_texts_of(maps(tmp_path, **SPACE), texts(tmp_path, model="clip", run=0))
    assert space_of(tmp_path / "texts.parquet") == SPACE


@pytest.mark.parametrize("about", [{"model": "other", "run": 0}, {"model": "clip", "run": 1}])
def test_texts_of_another_space_are_refused_with_both_files(tmp_path: Path, about: dict[str, Any]) -> None:
    first, second = maps(tmp_path, **SPACE), texts(tmp_path, **about)
    with pytest.raises(UserError, match="the maps lead into the space of clip, run 0, and the texts are of") as error:
        require_texts_of(first, second)
    assert str(first) in str(error.value) and str(second) in str(error.value)


def test_files_that_do_not_say_are_taken(tmp_path: Path) -> None:
    require_texts_of(maps(tmp_path), texts(tmp_path, model="clip", run=0))
    require_texts_of(maps(tmp_path, **SPACE), texts(tmp_path))
    assert about_maps(tmp_path / "maps.safetensors")["text_model"] == "clip"
