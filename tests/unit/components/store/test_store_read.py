"""Arrays with their tables, as analyses read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.store.read import (
    Contributions,
    load_contributions,
    load_representations,
    require_same_pictures,
)
from vitatlas.errors import UserError

PARTS = ["scores"] * 4 + ["test"] * 3
VECTORS = np.random.default_rng(0).standard_normal((7, 3, 5)).astype(np.float16)
KINDS = ["init", "head", "bias"]


def saved(folder: Path, vectors: np.ndarray = VECTORS, kinds: list[str] = KINDS, first: int = 0) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("v.npy", "pictures.parquet", "components.parquet")]
    np.save(paths[0], vectors)
    ids = [f"test/{first + number}" for number in range(len(PARTS))]
    pd.DataFrame({"picture": ids, "part": PARTS}).to_parquet(paths[1])
    pd.DataFrame({"name": [f"the {kind}" for kind in kinds], "kind": kinds}).to_parquet(paths[2])
    return paths


@pytest.fixture
def loaded(tmp_path: Path) -> Contributions:
    return load_contributions(*saved(tmp_path / "files"))


def test_a_part_is_its_rows_still_in_the_file(loaded: Contributions) -> None:
    part = loaded.part("test")
    assert np.array_equal(part.vectors, VECTORS[4:])
    assert part.pictures["picture"].tolist() == ["test/4", "test/5", "test/6"]
    assert part.pictures.index.tolist() == [0, 1, 2]
    assert isinstance(part.vectors, np.memmap)


def test_a_part_that_is_not_there_is_refused_with_those_that_are(loaded: Contributions) -> None:
    with pytest.raises(UserError, match="no pictures of part 'alignment'") as refused:
        loaded.part("alignment")
    assert "scores, test" in str(refused.value.remedy)


def test_the_bias_has_no_map_and_counts_into_the_sum(loaded: Contributions) -> None:
    assert loaded.has_bias and loaded.names == ["the init", "the head"]
    assert np.array_equal(loaded.mapped, VECTORS[:, :2])
    assert loaded.z() == pytest.approx(VECTORS.astype(np.float64).sum(1), rel=1e-12)
    assert loaded.z().dtype == np.float64


def test_without_a_bias_every_component_has_a_map(tmp_path: Path) -> None:
    found = load_contributions(*saved(tmp_path, kinds=["init", "head", "mlp"]))
    assert not found.has_bias and len(found.names) == 3 and found.mapped.shape == VECTORS.shape


def test_sums_over_many_pictures_come_in_the_same_order(tmp_path: Path) -> None:
    many = np.random.default_rng(1).standard_normal((1000, 3, 5)).astype(np.float32)
    np.save(tmp_path / "v.npy", many)
    pictures = pd.DataFrame({"picture": range(1000), "part": "test"})
    components = pd.DataFrame({"name": KINDS, "kind": KINDS})
    found = Contributions(np.load(tmp_path / "v.npy", mmap_mode="r"), pictures, components, tmp_path / "v.npy")
    assert np.array_equal(found.z(), many.sum(1, dtype=np.float64))


@pytest.mark.parametrize("shape", [(6, 3, 5), (7, 2, 5)])
def test_arrays_that_do_not_fit_their_tables_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match="does not fit its tables") as refused:
        load_contributions(*saved(tmp_path, np.zeros(shape)))
    assert "v.npy" in str(refused.value)


def test_representations_are_loaded_and_sliced_likewise(tmp_path: Path) -> None:
    array, pictures, _ = saved(tmp_path, VECTORS[:, 0])
    found = load_representations(array, pictures)
    assert np.array_equal(found.part("scores").z, VECTORS[:4, 0])
    np.save(array, VECTORS[:3, 0])
    with pytest.raises(UserError, match="3 rows for 7 pictures"):
        load_representations(array, pictures)


@pytest.mark.parametrize("damaged", [0, 1, 2])
def test_files_that_cannot_be_read_are_named(tmp_path: Path, damaged: int) -> None:
    paths = saved(tmp_path)
    paths[damaged].write_bytes(b"nothing")
    with pytest.raises(UserError, match="cannot be read") as refused:
        load_contributions(*paths)
    assert paths[damaged].name in str(refused.value)


def test_the_first_picture_that_differs_is_named(tmp_path: Path) -> None:
    first, second = (load_contributions(*saved(tmp_path / str(start), first=start)) for start in (0, 1))
    require_same_pictures(first, first)
    with pytest.raises(UserError, match="'test/0' and 'test/1'"):
        require_same_pictures(first, second)


def test_pictures_that_are_missing_at_the_end_are_counted(tmp_path: Path) -> None:
    whole = load_contributions(*saved(tmp_path))
    with pytest.raises(UserError, match="7 and 4 of them"):
        require_same_pictures(whole, whole.part("scores"))
