from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
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
from vitatlas.relations.pretraining.world import World

METHOD_NAMES = tuple(METHODS)


def world(seed: int = 0, **changes: object) -> World:
    return World(GEOMETRY, 10, pretraining(**changes), torch.device("cpu"), seed)


def started(settings: Pretraining, seed: int = 0) -> PretrainingRun:
    classifier = build(ENTRY, GEOMETRY, seed=1)
    return PretrainingRun(
        "test", classifier, settings, World(GEOMETRY, 10, settings, torch.device("cpu"), seed), Device(CPU), seed
    )


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
    assert torch.equal(whole.shown.counts, second.shown.counts)
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
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "history.parquet",
        "shown.parquet",
        "weights.safetensors",
    ]
    classifier = build(ENTRY, GEOMETRY, seed=9)
    load_backbone(classifier.backbone, tmp_path / "weights.safetensors")
    saved = load_file(tmp_path / "weights.safetensors")
    assert all(torch.equal(value, saved[name]) for name, value in classifier.backbone.state_dict().items())
    history = pd.read_parquet(tmp_path / "history.parquet")
    assert list(history.columns) == ["step", "metric", "value", "learning_rate"]
    assert {"loss", "relation_accuracy"} <= set(history["metric"])
    shown = pd.read_parquet(tmp_path / "shown.parquet")
    assert list(shown.columns) == ["shape", "color", "objects"]
    assert shown["objects"].sum() == 3 * 8 * 4
