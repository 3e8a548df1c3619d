"""Pictures of a part: the same for all who ask, in one order, from any position on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import torch
from brought_pictures import as_folders, index_of, some_pictures
from decomposed import encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.encoders.seen.pictures import Pictures, parts_of, pictures_of
from vitatlas.encoders.seen.scenes import scenes_of, with_ids
from vitatlas.encoders.seen.sources import Birds, Brought, Scenes
from vitatlas.errors import UserError
from vitatlas.images.world.settings import WorldSettings
from vitatlas.models.encoder import Encoder

SCENES = Scenes(split="test", scenes=9)
BIRDS = Birds(split="train", birds=8, correlation=0.5)


@pytest.fixture(scope="module")
def of() -> Encoder:
    return encoder("vit", dtype=torch.float32)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brought")
    return index_of(as_folders(some_pictures(20), folder / "pictures"), folder / "mine.parquet").path


def all_of(pictures: Pictures, size: int = 100, start: int = 0) -> torch.Tensor:
    return torch.cat(list(pictures.batches(size, start)))


@pytest.mark.parametrize("source", [SCENES, BIRDS, Brought(data="mine")], ids=["scenes", "birds", "brought"])
def test_any_batch_and_any_start_give_the_same_pictures(
    source: Scenes | Birds | Brought, of: Encoder, index: Path
) -> None:
    pictures = pictures_of("test", source, of, 0, [index])
    whole = all_of(pictures)
    assert whole.dtype == torch.uint8 and whole.shape == (len(pictures.table), 3, of.side, of.side)
    for size, start in ((1, 0), (3, 0), (3, 5), (100, 7), (4, len(whole) - 1)):
        sizes = [len(batch) for batch in pictures.batches(size, start)]
        assert max(sizes) <= size
        assert torch.equal(all_of(pictures, size, start), whole[start:])


def test_scenes_do_not_depend_on_the_encoder_that_sees_them() -> None:
    one, other = (pictures_of("test", SCENES, encoder(kind, dtype=torch.float32), 3, []) for kind in ("vit", "swin"))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert torch.equal(all_of(one), all_of(other))


def test_parts_and_seeds_have_scenes_of_their_own(of: Encoder) -> None:
    tables = [pictures_of(name, SCENES, of, seed, []).table for name, seed in (("a", 0), ("b", 0), ("a", 1), ("a", 0))]
    same = [table["noise"].equals(tables[0]["noise"]) for table in tables]
    assert same == [True, False, False, True]


def test_scenes_are_drawn_as_their_world_says(of: Encoder) -> None:
    one = Scenes(split="test", scenes=40, world=WorldSettings(many=0))
    assert set(scenes_of(one, 0)["count"]) == {"one"}
    assert len(set(scenes_of(SCENES.model_copy(update={"scenes": 40}), 0)["count"])) == 2


def test_birds_are_as_correlated_with_their_background_as_asked_for() -> None:
    for correlation, wanted in ((1.0, {"finch on land", "duck on water"}), (0.0, {"finch on water", "duck on land"})):
        table = scenes_of(Birds(split="train", birds=50, correlation=correlation), 0)
        assert set(table["group"]) == wanted


def test_ids_name_split_and_scene_and_stand_in_front() -> None:
    table = with_ids(scenes_of(SCENES, 0))
    assert table.columns[0] == "picture"
    assert table["picture"].tolist() == [f"test/{number}" for number in range(9)]


def test_brought_pictures_keep_ids_and_labels_of_the_index(of: Encoder, index: Path) -> None:
    table = pictures_of("test", Brought(data="mine"), of, 0, [index]).table
    assert table["picture"].is_monotonic_increasing and len(table) == 20
    assert table.groupby("class_id")["label"].nunique().tolist() == [1] * 4


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 20), st.integers(0, 100))
def test_so_many_brought_pictures_are_drawn_in_the_order_of_the_index(
    index: Path, of: Encoder, count: int, seed: int
) -> None:
    source = Brought(data="mine", pictures=count)
    first, again = (pictures_of("test", source, of, seed, [index]).table["picture"] for _ in range(2))
    assert first.equals(again) and first.is_monotonic_increasing
    assert first.nunique() == count


def test_a_draw_takes_other_pictures_with_another_seed(of: Encoder, index: Path) -> None:
    drawn = [
        tuple(pictures_of("test", Brought(data="mine", pictures=5), of, seed, [index]).table["picture"])
        for seed in range(6)
    ]
    assert len(set(drawn)) > 1


def test_as_many_are_drawn_of_each_class_as_asked_for(of: Encoder, index: Path) -> None:
    table = pictures_of("test", Brought(data="mine", per_class=2), of, 0, [index]).table
    assert Counter(table["class_id"]) == dict.fromkeys(set(table["class_id"]), 2)
    assert table["picture"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (Brought(data="mine", pictures=21), "21 pictures are asked for, and 'mine' has 20"),
        (Brought(data="mine", split="val"), "the data set has no splits"),
        (Brought(data="others"), "the index of data set 'others' was not handed over"),
    ],
)
def test_what_cannot_be_had_is_refused(source: Brought, problem: str, of: Encoder, index: Path) -> None:
    with pytest.raises(UserError, match=problem):
        pictures_of("test", source, of, 0, [index])


def test_only_pictures_of_the_split_are_drawn(of: Encoder, index: Path, tmp_path: Path) -> None:
    table = pq.read_table(index)
    split = ["train", "val", "val", "train", "val"] * 4
    path = tmp_path / "mine.parquet"
    told = {key: value for key, value in pq.read_metadata(index).metadata.items() if key == b"vitatlas"}
    pq.write_table(table.append_column("split", [split]).replace_schema_metadata(told), path)
    found = pictures_of("test", Brought(data="mine", split="val", pictures=12), of, 0, [path]).table["picture"]
    ids = table["id"].to_pylist()
    assert found.tolist() == [name for name, its in zip(ids, split, strict=True) if its == "val"]
    with pytest.raises(UserError, match="13 pictures are asked for, and 'mine' has 12"):
        pictures_of("test", Brought(data="mine", split="val", pictures=13), of, 0, [path])


def test_all_parts_come_by_name(of: Encoder, index: Path) -> None:
    parts = parts_of({"scores": SCENES, "test": Brought(data="mine")}, of, 0, [index])
    assert list(parts) == ["scores", "test"]
    assert [len(part.table) for part in parts.values()] == [9, 20]
    assert np.array_equal(all_of(parts["scores"]), all_of(pictures_of("scores", SCENES, of, 0, [])))
