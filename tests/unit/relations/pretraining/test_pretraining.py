from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.path import Path as Outline
from safetensors.torch import load_file
from training_jobs import CPU, ENTRY, GEOMETRY, pretrain_arguments, pretrain_job, pretraining

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.models.weights import load_backbone
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.pretraining.captions import WRONG, Captions
from vitatlas.relations.pretraining.job import pretrain
from vitatlas.relations.pretraining.masked import Masked
from vitatlas.relations.pretraining.methods import METHODS
from vitatlas.relations.pretraining.objects import damp, distort
from vitatlas.relations.pretraining.run import PretrainingRun
from vitatlas.relations.pretraining.world import COVERED, World, _inside, polygons
from vitatlas.relations.scenes.colors import COLORS

METHOD_NAMES = tuple(METHODS)


def world(seed: int = 0, **changes: object) -> World:
    return World(GEOMETRY, 10, pretraining(**changes), torch.device("cpu"), seed)


def started(settings: Pretraining, seed: int = 0) -> PretrainingRun:
    classifier = build(ENTRY, GEOMETRY, seed=1)
    return PretrainingRun(
        "test", classifier, settings, World(GEOMETRY, 10, settings, torch.device("cpu"), seed), Device(CPU), seed
    )


def test_a_draw_depends_on_seed_and_step_only() -> None:
    one, other = world(), world()
    other.draw(50, 1)
    assert torch.equal(one.draw(20, 3).images, other.draw(20, 3).images)
    assert not torch.equal(one.draw(20, 3).images, one.draw(20, 4).images)
    assert not torch.equal(one.draw(20, 3).images, world(seed=1).draw(20, 3).images)


def test_objects_lie_where_the_draw_says_and_nowhere_else() -> None:
    draw = world().draw(40, 0)
    patches = torch.nn.functional.unfold(draw.images.float(), 8, stride=8)  # [B, 3 * 64, 36]
    drawn = (patches < 255).any(1)
    for scene in range(40):
        tokens = draw.tokens[scene].flatten().tolist()
        assert len(set(tokens)) == 16
        assert set(drawn[scene].nonzero().flatten().tolist()) <= set(tokens)


@pytest.mark.parametrize("share", [0, 0.2, 1])
def test_the_relation_teaches_the_features_by_its_share(share: float) -> None:
    settings = pretraining(method="objects", features_block=1, blocks=3, relation_gradient=share)
    classifier, scenes = build(ENTRY, GEOMETRY, seed=1), world(method="objects")
    method = METHODS["objects"](classifier, settings, scenes)
    _, figures = method(classifier, scenes.draw(4, 0), np.random.default_rng(0))
    figures["relation"].backward()
    taught = [bool(block.norm1.weight.grad.any()) for block in classifier.backbone.blocks[:3]]
    assert taught == [share > 0, share > 0, True]


def test_damping_changes_the_gradient_alone() -> None:
    tokens = torch.randn(2, 3, 4, requires_grad=True)
    damped = damp(tokens, 0.2)
    assert torch.equal(damped, tokens)
    damped.sum().backward()
    torch.testing.assert_close(tokens.grad, torch.full_like(tokens, 0.2))


@pytest.mark.parametrize("familiar", [0, 1])
def test_familiar_objects_are_asked_for_names_and_foreign_ones_for_looks(familiar: int) -> None:
    scenes = world(method="objects", familiar=familiar)
    classifier = build(ENTRY, GEOMETRY, seed=1)
    method = METHODS["objects"](classifier, pretraining(method="objects"), scenes)
    _, figures = method(classifier, scenes.draw(4, 0), np.random.default_rng(0))
    asked = {name for name in ("shape", "color", "outline", "rgb") if figures[name] > 0}
    assert asked == ({"shape", "color"} if familiar else {"outline", "rgb"})


def test_distortion_stretches_some_axes_and_then_all_and_keeps_equal_tokens_equal() -> None:
    tokens = torch.randn(50, 5, 32)
    tokens[:, 1] = tokens[:, 0]
    assert torch.equal(distort(tokens, 0, np.random.default_rng(0)), tokens)
    stretched = distort(tokens, 0.7, np.random.default_rng(0))
    torch.testing.assert_close(stretched[:, 0], stretched[:, 1])
    factors = torch.linalg.eigvalsh(distort(torch.eye(32).expand(50, 32, 32), 0.7, np.random.default_rng(0)))
    whole = factors.median(1, keepdim=True).values
    part = factors / whole
    assert (((part - 1).abs() > 1e-3).sum(1) == 8).all()
    for factor in (whole.log(), part.log()):
        assert -0.7 - 1e-4 <= factor.min() < -0.5
        assert 0.5 < factor.max() <= 0.7 + 1e-4


def test_twins_have_an_equal() -> None:
    draw = world().draw(300, 0)
    pairs = torch.stack([draw.shape, draw.color], -1).tolist()
    wanted = [[scene.count(thing) > 1 for thing in scene] for scene in pairs]
    assert draw.twin.bool().tolist() == wanted
    assert 0.3 < draw.twin.float().mean() < 0.7


@pytest.mark.parametrize("familiar", [0.0, 1.0])
def test_familiar_scenes_show_the_tasks_objects_and_foreign_ones_do_not(familiar: float) -> None:
    draw = world(familiar=familiar).draw(200, 0)
    for feature in (draw.shape, draw.color):
        assert ((feature < 16) == bool(familiar)).all()


def test_objects_have_the_colours_they_are_said_to_have() -> None:
    place = world(single_color=0)
    draw = place.draw(100, 0)
    boxes = torch.nn.functional.unfold(draw.images.float(), 8, stride=8).view(100, 3, 64, 36)
    for scene in range(0, 100, 7):
        for thing in range(4):
            pixels = boxes[scene, :, :, draw.tokens[scene, thing]].reshape(3, -1)
            pixels = pixels[:, (pixels < 255).any(0)]
            said = place.colors[draw.color[scene, thing]]
            middle = (said > 40) & (said < 210)  # away from the ends no noise is clipped
            assert (abs(pixels.mean(1) - said)[middle] < 6 * 10 / pixels.shape[1] ** 0.5 + 0.6).all()


def test_single_colour_scenes_are_as_frequent_as_asked() -> None:
    draw = world(single_color=0.5, familiar=0).draw(2000, 0)
    single = (draw.color == draw.color[:, :1]).all(1).float().mean()
    assert 0.46 < single < 0.6


def test_the_colours_out_of_distribution_are_not_among_the_foreign_ones() -> None:
    known = {tuple(color) for color in world().colors.tolist()}
    assert not known & {tuple(color) for color in COLORS[16:].tolist()}


def test_polygons_fill_a_fair_part_of_their_box_and_differ() -> None:
    masks = polygons(200, 14, np.random.default_rng(0))
    share = masks.mean((1, 2))
    assert share.min() > COVERED[0] and share.max() < COVERED[1]
    assert len(np.unique(masks.reshape(200, -1), axis=0)) > 195


def test_inside_agrees_with_matplotlib_on_polygons_without_crossings() -> None:
    rng = np.random.default_rng(1)
    center = (np.arange(12) + 0.5) / 12
    for _ in range(20):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 6))
        corners = 0.5 + 0.5 * np.stack([np.sin(angle), np.cos(angle)], 1)  # on a circle, in order: convex
        points = np.stack(np.meshgrid(center, center, indexing="ij"), -1).reshape(-1, 2)
        expected = Outline(corners).contains_points(points).reshape(12, 12)
        assert np.array_equal(_inside(corners, center[:, None], center), expected)


def test_where_a_polygon_crosses_itself_the_even_odd_rule_holds() -> None:
    # A square walked around twice covers nothing.
    square = np.array([[0.1, 0.1], [0.1, 0.9], [0.9, 0.9], [0.9, 0.1]])
    center = (np.arange(10) + 0.5) / 10
    assert _inside(square, center[:, None], center).sum() == 64
    assert _inside(np.concatenate([square, square]), center[:, None], center).sum() == 0


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_every_method_trains_the_backbone_and_learns(method: str) -> None:
    settings = pretraining(method=method, steps=60, batch=24, familiar=1, learning_rate=4e-3)
    training = started(settings)
    before = {name: value.clone() for name, value in training.classifier.state_dict().items()}
    losses = [float(training.advance(step)) for step in range(60)]
    assert np.mean(losses[-10:]) < 0.97 * np.mean(losses[:10])
    after = training.classifier.state_dict()
    unused = ("head.", "backbone.blocks.2.", "backbone.norm.")
    for name, value in after.items():
        assert torch.equal(value, before[name]) == name.startswith(unused), name


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_a_continued_pretraining_is_bit_identical(method: str) -> None:
    settings = pretraining(method=method, steps=9)
    whole, first, second = (started(settings) for _ in range(3))
    for step in range(9):
        whole.advance(step)
        if step < 4:
            first.advance(step)
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    second.load_state_dict(torch.load(io.BytesIO(file.getvalue()), weights_only=True))
    for step in range(4, 9):
        second.advance(step)
    for name, value in whole.classifier.state_dict().items():
        assert torch.equal(value, second.classifier.state_dict()[name]), name


def test_the_masked_encoder_does_not_see_what_it_is_asked_for() -> None:
    settings = pretraining(method="mae", masked=0.75)
    classifier, place = build(ENTRY, GEOMETRY, seed=1), world(method="mae")
    method, draw = Masked(classifier, settings, place), place.draw(6, 0)
    pixels = classifier.normalise(draw.images).requires_grad_()
    classifier.normalise = torch.nn.Identity()
    seen = torch.zeros(6, 36, dtype=torch.bool)
    target = method._patches

    def detached(*arguments: object) -> torch.Tensor:
        return target(*arguments).detach()  # what is left is the gradient through the encoder

    method._patches = detached  # type: ignore[method-assign]
    loss, _ = method(classifier, type(draw)(**{**vars(draw), "images": pixels}), np.random.default_rng(0))
    loss.backward()
    assert pixels.grad is not None
    seen = (torch.nn.functional.unfold(pixels.grad.abs(), 8, stride=8) > 0).any(1)
    assert (seen.sum(1) == 9).all()


def test_a_description_is_a_bag_of_bound_words() -> None:
    place = world(method="captions")
    method = Captions(build(ENTRY, GEOMETRY, seed=1), pretraining(method="captions"), place)
    shape, color = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[5, 6, 7, 8]])
    described = method.describe(shape, color)
    torch.testing.assert_close(method.describe(shape.flip(1), color.flip(1)), described)
    assert not torch.allclose(method.describe(shape, color.flip(1)), described, atol=1e-3)


def test_a_wrong_description_that_is_true_by_chance_does_not_count() -> None:
    place = world(method="captions", single_color=1, familiar=1)
    method, draw = Captions(build(ENTRY, GEOMETRY, seed=1), pretraining(method="captions"), place), place.draw(64, 0)
    image = torch.nn.functional.normalize(torch.randn(64, ENTRY.architecture["embed_dim"]), dim=-1)
    logits = method._against_wrong(image, draw, np.random.default_rng(0))
    assert torch.isneginf(logits[:, :WRONG]).all(), "in one colour, swapped colours change nothing"
    uniform = (draw.shape == draw.shape[:, :1]).all(1)
    assert 0 < uniform.sum() < 64
    assert torch.isneginf(logits[uniform]).all(), "among equal objects, nothing does"
    assert torch.isfinite(logits[~uniform, WRONG:]).float().mean() > 0.3


def test_a_block_that_the_model_does_not_have() -> None:
    with pytest.raises(UserError, match=r"blocks is 4, but the model has 3[\s\S]*choose 1 to 3"):
        started(pretraining(blocks=4))


def test_the_job_leaves_a_backbone_that_loads(tmp_path: Path) -> None:
    pretrain(pretrain_job(pretrain_arguments(tmp_path, pretraining(steps=3))))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.parquet", "weights.safetensors"]
    classifier = build(ENTRY, GEOMETRY, seed=9)
    load_backbone(classifier.backbone, tmp_path / "weights.safetensors")
    saved = load_file(tmp_path / "weights.safetensors")
    assert all(torch.equal(value, saved[name]) for name, value in classifier.backbone.state_dict().items())
    history = pd.read_parquet(tmp_path / "history.parquet")
    assert list(history.columns) == ["step", "metric", "value", "learning_rate"]
    assert {"loss", "relation_accuracy"} <= set(history["metric"])
