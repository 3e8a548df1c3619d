"""Pictures of the world: pixels, parts, and what each of them depends on."""

import hashlib
import weakref

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import VALUES
from vitatlas.images.world.counterfactuals import change, counterparts
from vitatlas.images.world.noise import noise
from vitatlas.images.world.parts import Parts, boxes
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.silhouettes.raster import PIXELS
from vitatlas.images.world.waterbirds import draw_waterbirds

SCENES = draw(WorldSettings(), "test", 60, 0)
ONE = SCENES[SCENES["count"] == "one"]


def parts_of(scenes: pd.DataFrame, side: int = 64, fill: tuple[int, int, int] = (0, 0, 0)) -> Parts:
    renderer = Renderer(side)
    return renderer.parts(renderer.load(scenes), fill=fill)


def test_pictures_are_rgb_of_the_side() -> None:
    pictures = Renderer(64)(SCENES)
    assert pictures.shape == (60, 3, 64, 64) and pictures.dtype == torch.uint8


@given(rows=st.lists(st.integers(0, 59), min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_a_scene_looks_the_same_among_any_others(rows: list[int]) -> None:
    renderer = Renderer(64)
    whole = renderer(SCENES)[rows]
    assert torch.equal(renderer(SCENES.iloc[rows]), whole)
    assert torch.equal(renderer.render(renderer.load(SCENES), torch.tensor(rows)), whole)


def test_batches_of_any_size_have_the_same_pictures_and_keep_none() -> None:
    renderer, seen, alive = Renderer(32), [], []
    for rows, pictures in renderer.in_batches(SCENES, 7):
        assert sum(reference() is not None for reference in alive) == 0
        seen.append(pictures.clone())
        assert len(rows) == len(pictures) <= 7
        alive.append(weakref.ref(pictures))
        del pictures
    assert torch.equal(torch.cat(seen), renderer(SCENES))


def test_no_rows_give_no_pictures() -> None:
    renderer = Renderer(64)
    assert renderer.render(renderer.load(SCENES), torch.zeros(0, dtype=torch.int64)).shape == (0, 3, 64, 64)


@pytest.mark.parametrize("side", [32, 33, 48, 64, 96, 224])
def test_parts_fit_together_at_any_side(side: int) -> None:
    scenes = SCENES.head(24)
    fill = (9, 250, 77)
    parts = parts_of(scenes, side, fill)
    mask, grown = (part[:, None].expand_as(parts.picture) for part in (parts.mask, parts.grown))
    assert torch.equal(parts.picture, Renderer(side)(scenes))
    assert torch.equal(parts.picture[~grown], parts.background[~grown])
    assert torch.equal(parts.picture[mask], parts.alone[mask])
    outside = parts.alone.permute(0, 2, 3, 1)[~parts.grown]
    assert (outside == torch.tensor(fill)).all()
    assert (parts.grown | ~parts.mask).all() and parts.mask.flatten(1).any(1).all()
    assert torch.equal(parts.box, boxes(parts.grown))


def test_the_background_alone_does_not_depend_on_the_object() -> None:
    others = ONE.copy()
    for attribute in ("category", "color", "pattern", "size", "row", "column", "count"):
        others = counterparts(others, attribute, 0)
    assert torch.equal(parts_of(others).background, parts_of(ONE).background)


@given(attribute=st.sampled_from([name for name in VALUES if name != "location"]), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_change_changes_pixels_of_the_object_only(attribute: str, seed: int) -> None:
    scenes = ONE.sample(6, random_state=seed)
    before, after = parts_of(scenes), parts_of(counterparts(scenes, attribute, seed))
    elsewhere = ~(before.grown | after.grown)[:, None].expand_as(before.picture)
    assert torch.equal(before.picture[elsewhere], after.picture[elsewhere])
    assert (before.picture != after.picture).flatten(1).any(1).all()


def test_a_change_of_colour_or_pattern_keeps_the_mask() -> None:
    for attribute in ("color", "pattern"):
        assert torch.equal(parts_of(counterparts(SCENES, attribute, 0)).mask, parts_of(SCENES).mask)


def test_a_change_of_location_keeps_the_object() -> None:
    before, after = parts_of(SCENES), parts_of(counterparts(SCENES, "location", 0))
    assert torch.equal(before.alone, after.alone) and torch.equal(before.mask, after.mask)
    assert (before.background != after.background).flatten(1).any(1).all()


def test_the_object_lies_where_its_row_and_column_say() -> None:
    box = parts_of(ONE).box
    middle = (box[:, :2] + box[:, 2:]).double() / 2 - 32
    for axis, name in enumerate(("row", "column")):
        for step, word in zip((-1, 0, 1), VALUES[name], strict=True):
            found = middle[torch.tensor((ONE[name] == word).tolist()), axis]
            assert (found.sign() == step).all() if step else (found.abs() < 4).all()


@pytest.mark.parametrize("size", ["small", "large"])
def test_objects_have_their_size(size: str) -> None:
    scenes = change(change(change(ONE, "size", size), "row", "middle"), "column", "center")
    box = boxes(parts_of(scenes).mask)
    longest = (box[:, 2:] - box[:, :2]).max(1).values
    assert (abs(longest - PIXELS[size]) <= 5).all()


def test_noise_is_centred_even_and_differs_between_pixels_channels_and_seeds() -> None:
    found = noise(torch.arange(64, dtype=torch.int32), 4096).double()
    assert abs(found.mean() - 0.5) < 0.02 and abs(found.std() - 63**0.5 / 2) < 0.02
    assert found.min() == -10 and found.max() == 11
    flat = [found[0, 0], found[0, 1], found[0, 2], found[1, 0], found[0, 0].roll(1), found[0, 0].roll(64)]
    correlations = torch.corrcoef(torch.stack(flat)) - torch.eye(len(flat))
    assert correlations.abs().max() < 0.08


def test_boxes_are_the_smallest_round_a_mask() -> None:
    mask = torch.zeros(2, 5, 9, dtype=torch.bool)
    mask[0, 1, 2] = mask[0, 3, 7] = mask[1, 4, 8] = True
    assert boxes(mask).tolist() == [[1, 2, 4, 8], [4, 8, 5, 9]]


def test_a_picture_smaller_than_the_objects_is_refused() -> None:
    with pytest.raises(UserError, match="31 pixels"):
        Renderer(31)


def test_scenes_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(UserError, match="color 'mauve'"):
        Renderer(64)(SCENES.assign(color="mauve"))


def test_pixels_are_what_they_always_were() -> None:
    """Guards every encoder and number that rests on these pictures."""
    scenes = pd.concat([draw(WorldSettings(), "train", 64, 0), draw_waterbirds(0.5, "test", 16, 0)])
    assert digest(Renderer(64)(scenes)) == "04656216dfa9ac18"
    assert digest(Renderer(48)(scenes)) == "5686ac7a4d2c45c3"


def digest(pictures: torch.Tensor) -> str:
    return hashlib.sha256(pictures.numpy().tobytes()).hexdigest()[:16]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_draws_the_same_pixels() -> None:
    scenes = draw(WorldSettings(), "train", 500, 0)
    gpu, cpu = Renderer(64, "cuda"), Renderer(64)
    here, there = cpu.parts(cpu.load(scenes)), gpu.parts(gpu.load(scenes))
    for name in Parts.__dataclass_fields__:
        assert torch.equal(getattr(there, name).cpu(), getattr(here, name)), name
