from __future__ import annotations

import pytest
import torch
from model_kinds import KINDS, images, small_model

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.models.sites import patch
from vitatlas.relations.das.cut import CutModel


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def cut(kind: str) -> CutModel:
    return CutModel(small_model(kind), Device(Compute(device="cpu")))


@torch.no_grad()
def test_below_and_above_make_the_whole_model(kind: str) -> None:
    model, pixels = cut(kind), images(kind)
    expected = model.classifier(pixels)
    for layer, tokens in model.below(pixels, [0, 1, 2]).items():
        torch.testing.assert_close(model.above(tokens, layer), expected, rtol=0, atol=1e-11)


@torch.no_grad()
def test_a_change_of_tokens_has_the_effect_that_a_patch_has(kind: str) -> None:
    model, pixels = cut(kind), images(kind)
    for layer, tokens in model.below(pixels, [0, 1, 2]).items():
        changed = tokens.clone()
        changed[:, 1:3] += torch.randn(2, model.classifier.width, generator=torch.Generator().manual_seed(0)).double()
        with patch(model.classifier, {f"block.{layer}.resid_post": lambda _, new=changed: new}):
            expected = model.classifier(pixels)
        torch.testing.assert_close(model.above(changed, layer), expected, rtol=0, atol=1e-11)


@torch.no_grad()
def test_patches_of_the_last_layer_count_only_for_a_readout_that_looks_at_them(kind: str) -> None:
    model = cut(kind)
    (tokens,) = model.below(images(kind), [2]).values()
    changed = tokens.clone()
    changed[:, model.classifier.prefix :] += 1
    same = torch.equal(model.above(changed, 2), model.above(tokens, 2))
    assert same == (model.classifier.readout == "cls")


def test_gradients_reach_the_tokens_and_no_weight(kind: str) -> None:
    model, pixels = cut(kind), images(kind)
    for layer, tokens in model.below(pixels, [0, 1]).items():
        reference = tokens.clone().requires_grad_()
        with patch(model.classifier, {f"block.{layer}.resid_post": lambda _, new=reference: new}):
            model.classifier(pixels)[:, 1].sum().backward()
        tokens.requires_grad_()
        model.above(tokens, layer)[:, 1].sum().backward()
        torch.testing.assert_close(tokens.grad, reference.grad, rtol=0, atol=1e-11)
    assert all(weight.grad is None for weight in model.classifier.parameters())


def test_only_the_layers_asked_for_are_run_and_kept(kind: str) -> None:
    model, pixels = cut(kind), images(kind)
    ran: list[int] = []
    for number, block in enumerate(model.classifier.backbone.blocks):
        block.register_forward_hook(lambda *_, number=number: ran.append(number))
    assert list(model.below(pixels, [1])) == [1] and ran == [0, 1]
