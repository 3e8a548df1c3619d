"""Some pictures of a set, with masks and thumbnails."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from brought_pictures import as_folders, index_of, some_pictures
from mapped_units import encoder_of_kind, scenes
from PIL import Image

from vitatlas.encoders.seen.pictures import Pictures, pictures_of
from vitatlas.encoders.seen.sources import Brought
from vitatlas.errors import UserError
from vitatlas.features.maps.pictures import chosen, object_masks, of_one_object, positions_of
from vitatlas.features.maps.thumbnails import thumbnails


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    folder = tmp_path_factory.mktemp("brought")
    index = index_of(as_folders(some_pictures(12), folder / "pictures"), folder / "mine.parquet").path
    return pictures_of("all", Brought(data="mine"), encoder_of_kind("vit"), 0, [index])


def all_of(pictures: Pictures) -> torch.Tensor:
    return torch.cat(list(pictures.batches(5)))


@pytest.mark.parametrize("kind", ["scenes", "brought"])
def test_chosen_pictures_are_those_in_any_order(kind: str, brought: Pictures) -> None:
    pictures = brought if kind == "brought" else scenes(encoder_of_kind("vit"))
    some = chosen(pictures, [7, 2, 2, 0])
    assert all_of(some).equal(all_of(pictures)[[7, 2, 2, 0]])
    names = some.table["picture"].tolist()
    assert positions_of(names, pictures).tolist() == [7, 2, 2, 0]
    with pytest.raises(UserError, match="the picture 'nothing' is not in the set"):
        positions_of([*names, "nothing"], pictures)


def test_of_brought_pictures_neither_masks_nor_objects_are_known(brought: Pictures) -> None:
    assert object_masks(brought, 5) is None
    assert of_one_object(brought).all() and len(of_one_object(brought)) == 12


def test_masks_of_scenes_are_the_renderer_s_whatever_the_batch() -> None:
    pictures = scenes(encoder_of_kind("vit"))
    expected = pictures.renderer.parts(pictures.renderer.load(pictures.table)).mask
    found = object_masks(pictures, 4)
    assert found is not None and found.equal(expected)


@pytest.mark.parametrize("kind", ["scenes", "brought"])
def test_thumbnails_are_the_pictures_once_each(kind: str, brought: Pictures) -> None:
    pictures = brought if kind == "brought" else scenes(encoder_of_kind("vit"))
    names = pictures.table["picture"].to_numpy()
    found = thumbnails(pictures, names[[6, 3, 6]].tolist(), 5)
    assert found["picture"].tolist() == names[[3, 6]].tolist()
    for content, image in zip(found["thumbnail"], all_of(pictures)[[3, 6]], strict=True):
        assert (np.asarray(Image.open(io.BytesIO(content))) == image.permute(1, 2, 0).numpy()).all()
    assert thumbnails(pictures, [], 5).empty


def test_large_pictures_are_made_smaller() -> None:
    pictures = scenes(encoder_of_kind("vit"))
    large = type(pictures)(pictures.table, type(pictures.renderer)(128))
    found = thumbnails(large, pictures.table["picture"].tolist()[:1], 5)
    assert Image.open(io.BytesIO(found["thumbnail"].item())).size == (96, 96) and found["side"].item() == 128
