"""What encoders are pretrained with: what each loss asks, on small networks."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from encoder_kinds import encoder_entry
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.methods.contrast import both_ways, contrastive
from vitatlas.encoders.methods.make import make_method
from vitatlas.encoders.methods.method import Method
from vitatlas.encoders.methods.views import OF_LOCATION, OF_OBJECT, partner
from vitatlas.encoders.run import matrices
from vitatlas.encoders.scenes import Scenes, numbered
from vitatlas.errors import UserError
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.models.encoder import build_encoder

TEXT = {"width": 16, "layers": 1, "heads": 2}
LABELS: dict[str, Any] = {"method": "labels", "steps": 4, "batch": 6, "learning_rate": 1e-3}
CAPTIONS = {**LABELS, "method": "captions", "text": TEXT}
VIEWS = {**LABELS, "method": "views"}


def method(kind: str, training: dict[str, Any], teacher: str | None = None, **encoder: Any) -> Method:
    settings = EncoderTraining.model_validate(training)
    scenes = Scenes(settings.world, 32, settings.batch, torch.device("cpu"), 3)
    taught_by = build_encoder(encoder_entry(teacher, classes=16), seed=1) if teacher else None
    return make_method(encoder_entry(kind, **{"image": 32, **encoder}), settings, scenes, taught_by, 0)


@pytest.mark.parametrize(
    ("kind", "training", "encoder"),
    [
        ("vit", LABELS, {"classes": 16}),
        ("resnet", LABELS, {"classes": 16}),
        ("clip", CAPTIONS, {}),
        ("dino", VIEWS, {}),
        ("dinov2_registers", VIEWS, {"image": 56}),
    ],
)
def test_every_weight_that_remains_is_taught(kind: str, training: dict[str, Any], encoder: dict[str, Any]) -> None:
    of = method(kind, training, **encoder).train()
    if encoder.get("image"):
        of.scenes = Scenes(of.scenes.settings, encoder["image"], of.scenes.batch, torch.device("cpu"), 3)
    loss, figures = of(0)
    loss.backward()
    assert torch.isfinite(loss)
    assert 0 <= figures["accuracy"] <= 1
    without = [name for name, weights in of.named_parameters() if weights.requires_grad and weights.grad is None]
    assert without == []


@pytest.mark.parametrize("training", [CAPTIONS, VIEWS])
def test_a_step_depends_on_nothing_but_its_number(training: dict[str, Any]) -> None:
    of = method("clip" if training is CAPTIONS else "dino", training).eval()
    with torch.no_grad():
        first, other, again = (of(step)[0] for step in (0, 1, 0))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_distillation_token_learns_what_the_teacher_says() -> None:
    of = method("deit_distilled", {**LABELS, "teacher": "resnet"}, teacher="resnet", classes=16).train()
    assert not [name for name in of.state_dict() if "teacher" in name]
    scenes = of.scenes.table(0)
    images = of.scenes.renderer(scenes)
    own, distilled = of.encoder.logits(images)
    told = of._teacher[0].logits(images).argmax(1)  # type: ignore[union-attr,index,operator]
    wanted = torch.nn.functional.cross_entropy(own, numbered(scenes, "category")) / 2
    wanted = wanted + torch.nn.functional.cross_entropy(distilled, told) / 2
    assert torch.allclose(of(0)[0], wanted, atol=1e-5)


def test_a_network_without_distillation_token_has_no_teacher() -> None:
    with pytest.raises(UserError, match="no distillation token"):
        method("vit", {**LABELS, "teacher": "resnet"}, teacher="resnet", classes=16)


@pytest.mark.parametrize(
    "wrong",
    [
        {**CAPTIONS, "text": None},
        {**LABELS, "text": TEXT},
        {**VIEWS, "teacher": "mini-cnn"},
        {**LABELS, "locked": 0.1},
        {**VIEWS, "attributes": ["color"]},
        {**LABELS, "attributes": ["color"], "teacher": "mini-cnn"},
    ],
)
def test_settings_that_do_not_fit_together_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"key|would do nothing"):
        EncoderTraining.model_validate(wrong)


@given(st.integers(0, 10**6))
def test_more_right_columns_never_make_the_loss_larger(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(5, 7, generator=generator)
    right = torch.rand(5, 7, generator=generator) < 0.3
    right[:, 0] = True
    more = right | (torch.rand(5, 7, generator=generator) < 0.3)
    assert contrastive(logits, more) <= contrastive(logits, right) + 1e-6
    assert contrastive(logits, torch.ones_like(right)).abs() < 1e-6


def test_with_one_right_column_the_loss_is_cross_entropy() -> None:
    logits = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))
    own = torch.arange(6)
    wanted = [torch.nn.functional.cross_entropy(square, own) for square in (logits, logits.T)]
    assert torch.allclose(both_ways(logits, torch.eye(6, dtype=torch.bool)), (wanted[0] + wanted[1]) / 2)


def test_a_locked_image_tower_learns_nothing_but_its_projection() -> None:
    of = method("clip", {**CAPTIONS, "locked": 0.5}).train()
    for step, locked in ((1, True), (2, False)):
        of.zero_grad()
        of(step)[0].backward()
        taught = {name for name, weights in of.encoder.backbone.named_parameters() if weights.grad is not None}
        assert (taught == {"head.weight"}) == locked and "head.weight" in taught


def test_further_attributes_are_named_and_their_layers_thrown_away() -> None:
    plain = method("vit", LABELS, classes=16).train()
    of = method("vit", {**LABELS, "attributes": ["color", "count"]}, classes=16).train()
    of.encoder.load_state_dict(plain.encoder.state_dict())
    scenes = of.scenes.table(0)
    z = of.encoder(of.scenes.renderer(scenes))
    wanted = plain(0)[0]
    for name, layer in of.named.items():  # type: ignore[operator,union-attr]
        wanted = wanted + torch.nn.functional.cross_entropy(layer(z), numbered(scenes, name)) / 2
    assert torch.allclose(of(0)[0], wanted, atol=1e-5)
    assert set(of.kept()) == set(plain.kept())


def test_partners_show_the_same_objects_and_half_of_them_the_same_background() -> None:
    first = draw(WorldSettings(), "train", 300, 0)
    second = partner(first, draw(WorldSettings(many=0), "train", 300, 1), 0.5, 2)
    for attribute in (*OF_OBJECT, "count"):
        assert (first[attribute] == second[attribute]).all()
    same = (first[list(OF_LOCATION)] == second[list(OF_LOCATION)]).all(axis=1)
    assert 0.4 < same.mean() < 0.6
    assert (first["noise"] != second["noise"]).all()


def test_muon_gets_the_matrices_of_blocks_and_not_those_of_the_head() -> None:
    backbone = build_encoder(encoder_entry("vit"), seed=0).backbone
    names = {id(weights): name for name, weights in backbone.named_parameters()}
    found = [names[id(weights)] for weights in matrices(backbone)]
    assert len(found) == 4 * len(backbone.blocks)
    assert all(name.startswith("blocks.") for name in found)
