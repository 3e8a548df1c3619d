"""Scenes that a job has stored: the pictures that an encoder would have rendered, or none at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from decomposed import encoder

from vitatlas.encoders.seen.pictures import parts_of, pictures_of
from vitatlas.encoders.seen.scenes import scenes_of_part
from vitatlas.encoders.seen.sources import Scenes
from vitatlas.encoders.seen.stored import StoredPictures, stored_pictures
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder

SCENES = Scenes(split="test", scenes=9)


@pytest.fixture(scope="module")
def of() -> Encoder:
    return encoder("vit", dtype=torch.float32)


@pytest.fixture
def rendered(of: Encoder) -> np.ndarray:
    return torch.cat(list(pictures_of("test", SCENES, of, 0, []).batches(4))).numpy()


def saved(folder: Path, pixels: np.ndarray, seed: int = 0) -> list[Path]:
    files = [folder / "test.npy", folder / "test.parquet"]
    np.save(files[0], pixels)
    scenes_of_part("test", SCENES, seed).to_parquet(files[1])
    return files


def test_any_batch_and_any_start_give_what_is_stored(tmp_path: Path, of: Encoder, rendered: np.ndarray) -> None:
    pictures = pictures_of("test", SCENES, of, 0, [], saved(tmp_path, rendered))
    assert isinstance(pictures, StoredPictures)
    pd.testing.assert_frame_equal(pictures.table, scenes_of_part("test", SCENES, 0))
    for size, start in ((1, 0), (3, 5), (100, 0), (4, 8)):
        batches = list(pictures.batches(size, start))
        assert max(len(batch) for batch in batches) <= size
        assert np.array_equal(torch.cat(batches).numpy(), rendered[start:])


def test_what_is_read_may_be_written_to_without_the_file_changing(tmp_path: Path, rendered: np.ndarray) -> None:
    pictures = stored_pictures("test", scenes_of_part("test", SCENES, 0), 32, saved(tmp_path, rendered))
    assert pictures is not None
    next(pictures.batches(9)).zero_()
    assert np.array_equal(np.load(pictures.array), rendered)


def test_parts_that_nobody_stored_are_rendered(tmp_path: Path, of: Encoder, rendered: np.ndarray) -> None:
    parts = parts_of({"test": SCENES, "scores": SCENES}, of, 0, [], saved(tmp_path, rendered))
    assert [isinstance(part, StoredPictures) for part in parts.values()] == [True, False]


@pytest.mark.parametrize(
    ("change", "held"),
    [
        (lambda pixels: pixels[:-1], r"uint8 of shape \(8, 3, 32, 32\) are stored"),
        (lambda pixels: pixels[..., :16, :16], r"uint8 of shape \(9, 3, 16, 16\) are stored"),
        (lambda pixels: pixels.astype(np.float32), r"float32 of shape \(9, 3, 32, 32\) are stored"),
    ],
    ids=["count", "side", "type"],
)
def test_pixels_that_do_not_fit_are_refused(
    tmp_path: Path, of: Encoder, rendered: np.ndarray, change: Any, held: str
) -> None:
    files = saved(tmp_path, change(rendered))
    with pytest.raises(UserError, match=held) as refused:
        pictures_of("test", SCENES, of, 0, [], files)
    assert str(files[0]) in str(refused.value) and f"snakemake --force {files[0]}" in str(refused.value)


def test_other_scenes_are_refused(tmp_path: Path, of: Encoder, rendered: np.ndarray) -> None:
    files = saved(tmp_path, rendered, seed=1)
    with pytest.raises(UserError, match="other scenes than those of part 'test' are stored") as refused:
        pictures_of("test", SCENES, of, 0, [], files)
    assert f"snakemake --force {files[1]}" in str(refused.value)


@pytest.mark.parametrize(("file", "what"), [(0, "pixels"), (1, "table")])
def test_broken_files_are_refused(tmp_path: Path, of: Encoder, rendered: np.ndarray, file: int, what: str) -> None:
    files = saved(tmp_path, rendered)
    files[file].write_bytes(b"no such thing")
    with pytest.raises(UserError, match=f"the {what} cannot be read"):
        pictures_of("test", SCENES, of, 0, [], files)


@pytest.mark.parametrize("missing", [".npy", ".parquet"])
def test_half_of_what_is_needed_is_refused(tmp_path: Path, of: Encoder, rendered: np.ndarray, missing: str) -> None:
    files = [path for path in saved(tmp_path, rendered) if path.suffix != missing]
    with pytest.raises(UserError, match=f"test{missing} was not handed over"):
        pictures_of("test", SCENES, of, 0, [], files)
