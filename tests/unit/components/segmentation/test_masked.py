"""Pictures with masks: scenes, and the pictures of ImageNet-S."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from brought_pictures import index_of, photo, saved
from encoder_kinds import encoder_entry
from PIL import Image

from vitatlas.components.segmentation.masked import masked_batches
from vitatlas.encoders.seen.pictures import Pictures, pictures_of
from vitatlas.encoders.seen.sources import Brought, Scenes
from vitatlas.errors import UserError
from vitatlas.images.brought.readers import imagenet_s
from vitatlas.images.brought.wnids import WNIDS
from vitatlas.images.world.render import Renderer
from vitatlas.models.encoder import build_encoder

SIDE = 32


def pictures(source: Scenes | Brought, index: Path | None = None) -> Pictures:
    encoder = build_encoder(encoder_entry("vit", resize=SIDE), seed=0)
    return pictures_of("segmentation", source, encoder, 0, [] if index is None else [index])


def test_scenes_have_the_masks_of_their_renderer() -> None:
    found = pictures(Scenes(split="test", scenes=20))
    batches = list(masked_batches(found, 8))
    assert [batch.start for batch in batches] == [0, 8, 16]
    images = torch.cat([batch.images for batch in batches])
    assert torch.equal(images, torch.cat(list(found.batches(20))))
    renderer = Renderer(SIDE)
    wanted = renderer.parts(renderer.load(found.table)).mask
    masks = [mask for batch in batches for mask in batch.masks]
    assert torch.equal(torch.stack([mask.positive for mask in masks]), wanted)
    assert all(mask.counted.all() for mask in masks)


def test_no_more_pictures_than_are_asked_for() -> None:
    found = pictures(Scenes(split="test", scenes=20))
    assert [len(batch.masks) for batch in masked_batches(found, 8, 11)] == [8, 3]
    assert [len(batch.images) for batch in masked_batches(found, 8, 11)] == [8, 3]
    assert sum(len(batch.masks) for batch in masked_batches(found, 8, 99)) == 20


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three pictures of 40 × 32 pixels; the object is a square at the left, and a stripe is not to be counted."""
    monkeypatch.setattr(imagenet_s, "COUNTS", {2: 3})
    for number, (wnid, name) in enumerate([(WNIDS[5], "a"), (WNIDS[5], "b"), (WNIDS[7], "a")]):
        mask = Image.new("RGB", (40, 32))
        mask.paste((1 + (wnid == WNIDS[7]), 0, 0), (4, 0, 20, 16))
        mask.paste((3, 0, 0), (20, 0, 24, 16))  # another class
        mask.paste((232, 3, 0), (4, 24, 40, 32))  # 1000
        for place, data in (
            (f"validation/{wnid}/{name}.JPEG", saved(photo(number, (40, 32)))),
            (f"validation-segmentation/{wnid}/{name}.png", saved(mask, "PNG")),
        ):
            path = tmp_path / "mine" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    index_of({"kind": "imagenet_s", "place": str(tmp_path / "mine")}, tmp_path / "mine.parquet")
    return tmp_path


def test_masks_of_imagenet_s_are_seen_by_the_crop_of_their_pictures(brought: Path) -> None:
    found = pictures(Brought(data="mine"), brought / "mine.parquet")
    batches = list(masked_batches(found, 2, 3))
    assert [(batch.start, len(batch.masks)) for batch in batches] == [(0, 2), (2, 1)]
    assert torch.equal(torch.cat([batch.images for batch in batches]), torch.cat(list(found.batches(3))))
    for mask in (mask for batch in batches for mask in batch.masks):
        wanted, counted = torch.zeros(SIDE, SIDE).bool(), torch.ones(SIDE, SIDE).bool()
        wanted[:16, :16] = True  # the crop begins 4 pixels from the left
        counted[24:] = False
        assert torch.equal(mask.positive, wanted) and torch.equal(mask.counted, counted)


def test_masks_that_changed_since_or_are_gone_are_refused(brought: Path) -> None:
    found = pictures(Brought(data="mine"), brought / "mine.parquet")
    path = brought / f"mine/validation-segmentation/{WNIDS[7]}/a.png"
    path.write_bytes(saved(Image.new("RGB", (32, 40), (2, 0, 0)), "PNG"))
    with pytest.raises(UserError, match="the mask is 32 × 40 pixels, its picture 40 × 32"):
        list(masked_batches(found, 3))
    path.write_bytes(saved(Image.new("RGB", (40, 32), (3, 0, 0)), "PNG"))
    with pytest.raises(UserError, match="the mask has no pixel of the object") as caught:
        list(masked_batches(found, 3))
    assert WNIDS[7] in str(caught.value.where)
    path.unlink()
    with pytest.raises(UserError, match="the mask cannot be read"):
        list(masked_batches(found, 3))


def test_pictures_without_masks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine/x").mkdir(parents=True)
    (tmp_path / "mine/x/a.jpg").write_bytes(saved(photo(0, (40, 32))))
    index_of({"kind": "folders", "place": str(tmp_path / "mine")}, tmp_path / "mine.parquet")
    with pytest.raises(UserError, match="nothing is known of where the objects"):
        masked_batches(pictures(Brought(data="mine"), tmp_path / "mine.parquet"), 3)
