"""Pictures without their object, and without all else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from encoder_kinds import STATISTICS
from planted_reliance import BOX, COLOURS, SIDE, answered, boxed_pictures, colour_reader, xml

from vitatlas.config.models import Preprocessing
from vitatlas.encoders.seen.pictures import BroughtPictures, WorldPictures
from vitatlas.encoders.seen.scenes import with_ids
from vitatlas.errors import UserError
from vitatlas.features.reliance.answers import RANK
from vitatlas.features.reliance.boxed import MaskedPictures, inside_boxes, masked_pictures, ranges
from vitatlas.features.reliance.conditions import Masking
from vitatlas.features.reliance.masks import fill_colours
from vitatlas.features.reliance.measures import masked_rows
from vitatlas.features.reliance.resampled import ratio
from vitatlas.features.reliance.scenes import MaskedScenes
from vitatlas.images.brought.view import View
from vitatlas.images.brought.wnids import WNIDS
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.models.build import Normalise

PREPROCESSING = Preprocessing.model_validate(STATISTICS)
FILLS = fill_colours(PREPROCESSING)


def shown(stimuli: MaskedScenes | MaskedPictures, size: int = 50) -> dict[str, torch.Tensor]:
    """All pictures, by column."""
    batches = [list(batch) for batch in stimuli.batches(size)]
    return {way.column: torch.cat(images) for way, *images in zip(stimuli.conditions, *batches, strict=True)}


@pytest.fixture(scope="module")
def scenes() -> MaskedScenes:
    table = with_ids(draw(WorldSettings(), "test", 12, 3))
    return MaskedScenes(WorldPictures(table, Renderer(48)), FILLS)


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> MaskedPictures:
    return masked_pictures(boxed_pictures(tmp_path_factory.mktemp("boxed")), "corrected", FILLS)


def changed(folder: Path, *boxes: tuple[int, int, int, int], **size: int) -> BroughtPictures:
    """Pictures of which the first is annotated so."""
    return boxed_pictures(folder, {0: xml(WNIDS[0], list(boxes), **size)}, each=1)


def test_the_mean_colour_is_nothing_after_normalisation() -> None:
    grey = FILLS["mean"].view(1, 3, 1, 1)
    assert Normalise(PREPROCESSING)(grey).abs().max() <= 0.5 / 255 / min(STATISTICS["std"])
    assert FILLS["black"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("mask", ["boxes", "exact"])
def test_on_black_object_and_background_are_the_scene(scenes: MaskedScenes, mask: str) -> None:
    found = shown(scenes)
    assert torch.equal(found[f"{mask}_black_foreground"] + found[f"{mask}_black_background"], found["full"])


def test_nothing_of_the_object_is_left_in_the_background(scenes: MaskedScenes) -> None:
    found = shown(scenes)
    for mask in ("boxes", "exact"):
        for fill, colour in FILLS.items():
            background = found[f"{mask}_{fill}_background"]
            masked = (background == colour.view(3, 1, 1)).all(1, keepdim=True)
            assert torch.where(masked, found["scene"], background).eq(found["scene"]).all()
    assert not torch.equal(found["scene"], found["full"])


def test_boxes_hold_the_outline(scenes: MaskedScenes) -> None:
    found = shown(scenes)
    exact, boxes = ((found[f"{mask}_mean_background"] != found["full"]).any(1) for mask in ("exact", "boxes"))
    assert (boxes | ~exact).all() and boxes.sum() > exact.sum()


def test_scenes_are_shown_the_same_in_batches_of_any_size_and_from_any_position(scenes: MaskedScenes) -> None:
    whole, pieces = shown(scenes), shown(scenes, 5)
    assert all(torch.equal(whole[column], pieces[column]) for column in whole)
    assert len(whole) == 10
    rest = list(next(scenes.batches(50, 7)))
    assert torch.equal(rest[-1], list(whole.values())[-1][7:])


def test_pictures_are_masked_in_their_stored_pixels(boxed: MaskedPictures) -> None:
    found = shown(boxed)
    assert set(found) == {Masking(*way).column for way in boxed.conditions} and len(found) == 5
    inside = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    inside[8:16, 8:16] = True
    for fill, colour in FILLS.items():
        background, foreground = (found[f"boxes_{fill}_{shown}"] for shown in ("background", "foreground"))
        assert (background[:, :, inside] == colour[:, None]).all() and (
            foreground[:, :, ~inside] == colour[:, None]
        ).all()
        assert torch.equal(background[:, :, ~inside], found["full"][:, :, ~inside])
        assert torch.equal(foreground[:, :, inside], found["full"][:, :, inside])


def test_masking_comes_before_resizing(boxed: MaskedPictures) -> None:
    small = dataclasses.replace(boxed, pictures=dataclasses.replace(boxed.pictures, view=View(12, 12, "bilinear")))
    found = shown(small)["boxes_black_background"][0]
    assert found.shape == (3, 12, 12)
    blended = (found[2] > 0) & (found[2] < 120)
    assert blended.any(), "black runs into the grey around it"


def test_the_reference_counts_annotated_pixels_from_0(tmp_path: Path) -> None:
    row = changed(tmp_path, BOX).index.rows(0, 1)[0]
    assert ranges(row, "corrected") == [(8, 8, 16, 16)] and ranges(row, "reference") == [(9, 9, 16, 16)]


def test_boxes_of_another_size_are_scaled_but_by_the_reference(tmp_path: Path) -> None:
    row = changed(tmp_path, (1, 1, 24, 12), width=48, height=48).index.rows(0, 1)[0]
    assert ranges(row, "corrected") == [(0, 0, 12, 6)]
    assert ranges(row, "reference") == [(1, 1, 24, 12)]


def test_overlapping_boxes_count_once_in_any_order(tmp_path: Path) -> None:
    boxes = [(1, 1, 10, 10), (6, 6, 20, 20), (1, 1, 10, 10)]
    rows = [changed(tmp_path / str(n), *found).index.rows(0, 1)[0] for n, found in enumerate((boxes, boxes[::-1]))]
    masks = [inside_boxes(row, "corrected") for row in rows]
    assert torch.equal(*masks) and int(masks[0].sum()) == 100 + 225 - 25


def test_boxes_are_as_wide_and_high_as_they_are_annotated(tmp_path: Path) -> None:
    found = inside_boxes(changed(tmp_path, (3, 5, 20, 9)).index.rows(0, 1)[0], "corrected")
    wanted = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    wanted[4:9, 2:20] = True
    assert torch.equal(found, wanted)


@pytest.mark.parametrize("boxes", ["corrected", "reference"])
def test_boxes_that_cannot_be_used_are_counted_and_their_pictures_left_out(tmp_path: Path, boxes: str) -> None:
    said = {
        0: None,
        1: xml(WNIDS[1], [(30, 1, 40, 9)]),  # outside
        2: xml(WNIDS[2], [(9, 9, 3, 12), BOX]),  # inverted
        3: xml(WNIDS[3], [(20, 20, 99, 99)]),
    }
    pictures = boxed_pictures(tmp_path, said)
    found = masked_pictures(pictures, boxes, FILLS)
    assert found.about == {"boxes_clipped": 1, "boxes_left_out": 2, "without_boxes": 2}
    assert len(found.table) == len(found.pictures.index) == 10
    kept = {f"{number:03d}" for number in range(2, 12)}
    assert {name.rpartition("/")[2][:3] for name in found.table["picture"]} == kept


def test_boxes_that_cover_everything_leave_the_foreground_whole(tmp_path: Path) -> None:
    found = shown(masked_pictures(changed(tmp_path, (1, 1, 30, 30)), "corrected", FILLS))
    assert torch.equal(found["boxes_black_foreground"][0], found["full"][0])
    assert not found["boxes_black_background"][0].any() and found["boxes_black_background"][1].any()


def test_pictures_without_boxes_or_without_background_are_refused(tmp_path: Path) -> None:
    none = boxed_pictures(tmp_path / "none", dict.fromkeys(range(4)), each=1)
    with pytest.raises(UserError, match="none of 4 pictures has a box"):
        masked_pictures(none, "corrected", FILLS)
    whole = {number: xml(WNIDS[number], [(1, 1, SIDE, SIDE)]) for number in range(4)}
    with pytest.raises(UserError, match="cover the whole of it"):
        masked_pictures(boxed_pictures(tmp_path / "whole", whole, each=1), "corrected", FILLS)
    index = none.index
    unknown = dataclasses.replace(none, index=dataclasses.replace(index, table=index.table.drop_columns("boxes")))
    with pytest.raises(UserError, match="nothing is known of where the objects"):
        masked_pictures(unknown, "corrected", FILLS)


@pytest.mark.parametrize(
    ("pixel", "reads", "not_reads"), [(0, "background", "foreground"), (12, "foreground", "background")]
)
def test_planted_classifiers_of_background_and_of_object(
    boxed: MaskedPictures, tmp_path: Path, pixel: int, reads: str, not_reads: str
) -> None:
    classes = torch.tensor(boxed.table["label"].tolist())
    found = answered(boxed, colour_reader(pixel, pixel), classes, tmp_path)
    table = masked_rows(found, boxed.conditions, len(COLOURS), 0).query("measure == 'normalised_top1'")
    values = table.groupby("shown")["value"].agg(set).to_dict()
    assert values == {"full": {100.0}, reads: {100.0}, not_reads: {25.0}}
    assert (found[..., RANK] < 4).all()


def test_published_ratios_follow_from_raw_accuracies() -> None:
    """Table 2, top-5: ViT-B/16, ResNet-50, and ViT-L/32, whose background is printed as 31.07."""
    raw = np.array([[99.2203, 94.8942, 31.3448], [97.9981, 87.8941, 18.3152], [99.3183, 93.2522, 30.8059]])
    found = 100 * ratio(raw[:, 1:], raw[:, :1])
    np.testing.assert_allclose(found, [[95.64, 31.59], [89.69, 18.69], [93.89, 31.02]], atol=0.006)
