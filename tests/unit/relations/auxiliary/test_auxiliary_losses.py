"""The auxiliary losses: their formulas, what they train, and what they leave alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from model_kinds import KINDS, images, small_model
from torch import Tensor
from training_jobs import ENTRY, GEOMETRY, scenes

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier
from vitatlas.models.sites import read
from vitatlas.models.stages import stem, streams
from vitatlas.relations.auxiliary.build import build_auxiliary
from vitatlas.relations.auxiliary.objects import Objects
from vitatlas.relations.auxiliary.pipeline import PipelineLoss, directed_pairs, object_masses, object_sets, scores
from vitatlas.relations.auxiliary.probes import Disentanglement, Identity, Judgement
from vitatlas.relations.config.auxiliary import Pipeline, Probe
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.render import Renderer

TERMS = ("within_object", "within_pair", "between_pair")


def objects_of(task: str = "rmts", count: int = 4) -> Objects:
    return Objects.of(scenes("train", count, task), GEOMETRY, "cpu")


def built(*losses: Any, task: str = "rmts", frozen: int = 0, model: Classifier | None = None) -> Any:
    return build_auxiliary(losses, model or build(ENTRY, GEOMETRY, seed=1), GEOMETRY, task, frozen, seed=2)


def run(model: Classifier, task: str, count: int, layers: tuple[int, ...]) -> dict[int, Tensor]:
    pixels = Renderer(GEOMETRY, 10)(scenes("train", count, task))
    return streams(model, stem(model, pixels, 0), 0, layers)[1]


def masses_of(attention: Tensor, objects: Objects, prefix: int = 1) -> Tensor:
    """m(X→Y) [B, H, K, K] of attention [B, H, T, T], term by term."""
    count, number, _ = objects.patches.shape
    mass = attention.new_zeros(count, attention.shape[1], number, number)
    for image in range(count):
        places = objects.patches[image] + prefix
        for origin in range(number):
            for target in range(number):
                paid = attention[image][:, places[origin]][:, :, places[target]]
                mass[image, :, origin, target] = paid.sum(-1).mean(-1)
    return mass


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_perfect_attention_within_objects_costs_nothing_and_uniform_attention_what_it_must(task: str) -> None:
    objects = objects_of(task)
    number, tokens = objects.shape.shape[1], 37
    own = torch.zeros(len(objects.shape), 1, tokens, tokens)
    for image, places in enumerate(objects.patches + 1):
        for place in places:
            own[image, 0, place[:, None], place] = 1 / len(place)
    assert scores(masses_of(own, objects), "within_object").log().abs().max() < 1e-6
    uniform = torch.full((len(objects.shape), 1, tokens, tokens), 1 / tokens)
    for term in TERMS[: 2 + (task == "rmts")]:
        torch.testing.assert_close(
            scores(masses_of(uniform, objects), term), torch.full((len(objects.shape), 1), 4 / 37)
        )
    assert len(directed_pairs("within_pair", number)) == number


def test_between_pairs_are_the_eight_directed_pairs_and_cost_log_two_at_least() -> None:
    pairs = directed_pairs("between_pair", 4)
    assert len(set(pairs)) == 8 and all((a < 2) != (b < 2) for a, b in pairs)
    mass = torch.zeros(1, 1, 4, 4)
    mass[..., :2, 2:] = mass[..., 2:, :2] = 0.5
    assert -scores(mass, "between_pair").log().item() == pytest.approx(math.log(2))


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_that_are_computed_are_those_of_the_full_attention(kind: str) -> None:
    model = small_model(kind).float()
    patches = torch.tensor([[[0, 1], [2, 3]]]).expand(2, -1, -1)
    zeros = torch.zeros(2, 2, dtype=torch.long)
    objects = Objects(patches, zeros, zeros, zeros)
    with torch.no_grad(), read(model, ["block.1.resid_pre", "block.1.attn.pattern"]) as seen:
        model(images(kind, 2))
    block = model.backbone.blocks[1]
    for heads in ([0], list(range(model.heads))[::-1]):
        found = object_masses(block, seen["block.1.resid_pre"], heads, objects, model.prefix)
        expected = masses_of(seen["block.1.attn.pattern"][:, heads], objects, model.prefix)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_object_sets_are_those_of_the_analysis() -> None:
    from vitatlas.relations.attention.masses import object_masks

    objects = objects_of()
    sets = object_sets(objects, 37, 1)
    masks = object_masks(objects.patches, 36, 1).float()
    assert torch.equal(sets.columns, masks)
    assert torch.equal(sets.share.sum(-1), torch.ones(4, 4)) and sets.index.shape == (4, 16)


def test_the_pipeline_loss_is_the_mean_over_layers_of_minus_log_s() -> None:
    model, objects = build(ENTRY, GEOMETRY, seed=1), objects_of()
    loss = PipelineLoss({"within_object": [0], "within_pair": [1], "between_pair": [2]}, [1])
    entering = run(model, "rmts", 4, loss.layers)
    value, figures = loss(model, entering, objects)
    expected = [
        -scores(object_masses(model.backbone.blocks[layer], entering[layer], [1], objects, 1), term).log().mean()
        for layer, term in enumerate(TERMS)
    ]
    torch.testing.assert_close(value, torch.stack(expected).mean())
    assert loss.names == ("pipeline_loss", *(f"attention_{term}" for term in TERMS)) and len(figures) == 4


def test_the_gradient_reaches_queries_and_keys_of_listed_heads_only() -> None:
    model, objects = build(ENTRY, GEOMETRY, seed=1), objects_of()
    loss = PipelineLoss({"within_object": [2]}, [1])
    loss(model, run(model, "rmts", 4, (2,)), objects)[0].backward()
    gradient = model.backbone.blocks[2].attn.qkv.weight.grad.view(3, 2, 12, 24).abs().sum((2, 3))
    assert (gradient[:2, 1] > 0).all(), "queries and keys of head 1"
    assert gradient[:2, 0].sum() == 0 and gradient[2].sum() == 0, "no others, and no values"
    assert model.backbone.blocks[1].attn.qkv.weight.grad.abs().sum() > 0, "through the stream, what comes before"
    assert model.backbone.blocks[2].mlp.fc1.weight.grad is None


def test_attention_stays_fused_in_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    model, auxiliary = (
        build(ENTRY, GEOMETRY, seed=1),
        built(Pipeline(loss="pipeline", within_object=[0], within_pair=[1], between_pair=[2])),
    )
    calls = []
    fused = F.scaled_dot_product_attention
    monkeypatch.setattr(F, "scaled_dot_product_attention", lambda *args, **kw: calls.append(1) or fused(*args, **kw))
    auxiliary(model, run(model, "rmts", 4, auxiliary.layers), objects_of())
    assert len(calls) == model.depth and all(block.attn.fused_attn for block in model.backbone.blocks)


def test_disentanglement_reads_shape_from_one_half_and_color_from_the_other() -> None:
    model, objects = build(ENTRY, GEOMETRY, seed=1), objects_of()
    loss = Disentanglement(model, 1)
    stream = run(model, "rmts", 4, (1,))[1].detach().requires_grad_()
    value, figures = loss(model, {1: stream}, objects)
    tokens = objects.take(stream, 1)
    shape = F.cross_entropy(loss.shape(tokens[..., :12]).flatten(0, 2), objects.shape.repeat_interleave(4, 1).flatten())
    color = F.cross_entropy(loss.color(tokens[..., 12:]).flatten(0, 2), objects.color.repeat_interleave(4, 1).flatten())
    torch.testing.assert_close(value, shape + color)
    told = loss.shape(tokens[..., :12]).argmax(-1) == objects.shape[..., None]
    assert figures[1].item() == pytest.approx(told.float().mean().item())
    (gradient,) = torch.autograd.grad(value, stream)
    used = torch.zeros(4, 37, dtype=torch.bool)
    used.scatter_(1, (objects.patches + 1).flatten(1), True)
    assert (gradient.abs().sum(-1) > 0).eq(used).all()
    assert torch.autograd.grad(loss(model, {1: stream}, objects)[1][0], loss.shape.weight)[0].shape == (16, 12)


def test_identity_tells_the_combination_from_the_whole_token() -> None:
    model, objects = build(ENTRY, GEOMETRY, seed=1), objects_of("discrimination")
    loss = Identity(model, 1)
    stream = run(model, "discrimination", 4, (1,))
    logits = loss.object(objects.take(stream[1], 1))
    target = (objects.shape * 16 + objects.color)[..., None].expand(-1, -1, 4)
    torch.testing.assert_close(loss(model, stream, objects)[0], F.cross_entropy(logits.flatten(0, 2), target.flatten()))
    assert logits.shape[-1] == 256


def test_judgement_reads_each_pair_from_its_tokens_side_by_side() -> None:
    model, table = build(ENTRY, GEOMETRY, seed=1), scenes("train", 16, "rmts")
    objects = Objects.of(table, GEOMETRY, "cpu")
    assert np.array_equal(objects.same.numpy(), np.stack([table.sample_same, table.display_same], 1))
    loss = Judgement(model, 1, 4)
    stream = run(model, "rmts", 16, (1,))
    tokens = objects.take(stream[1], 1)
    sample = F.cross_entropy(loss.sample(tokens[:, :2].reshape(16, -1)), objects.same[:, 0])
    display = F.cross_entropy(loss.display(tokens[:, 2:].reshape(16, -1)), objects.same[:, 1])
    torch.testing.assert_close(loss(model, stream, objects)[0], sample + display)


def test_losses_are_summed_by_their_weights_and_probes_depend_on_the_seed_alone() -> None:
    model, objects = build(ENTRY, GEOMETRY, seed=1), objects_of()
    both = built(
        Probe(loss="disentanglement", layer=1, weight=0.5),
        Pipeline(loss="pipeline", between_pair=[2], within_pair=[1], within_object=[0]),
    )
    entering = run(model, "rmts", 4, both.layers)
    total, figures = both(model, entering, objects)
    named = dict(zip(both.names, figures.tolist(), strict=True))
    assert total.item() == pytest.approx(0.5 * named["disentanglement_loss"] + named["pipeline_loss"], rel=1e-5)
    torch.manual_seed(99)
    again = built(Probe(loss="disentanglement", layer=1))
    assert torch.equal(again.losses[0].shape.weight, both.losses[0].shape.weight)


@pytest.mark.parametrize(
    ("loss", "changes", "message"),
    [
        (Probe(loss="disentanglement", layer=3), {}, "'disentanglement' is to read at layer 3, but the model has 3"),
        (
            Pipeline(loss="pipeline", within_object=[0], within_pair=[1], between_pair=[7]),
            {},
            "'pipeline' is to read at layer 7",
        ),
        (Pipeline(loss="pipeline", within_pair=[1], within_object=[0], heads=[2]), {}, "lists head 2, but a layer of"),
        (Pipeline(loss="pipeline"), {}, "no layer for 'within_pair' in a model of 3 blocks"),
        (Probe(loss="judgement"), {"task": "discrimination"}, "about a display pair, and discrimination has none"),
        (Probe(loss="identity", layer=1), {"frozen": 1}, "reads at layer 1, but what comes before is frozen"),
        (Pipeline(loss="pipeline", within_object=[0], within_pair=[1]), {"frozen": 1}, "'pipeline' reads at layer 0"),
    ],
)
def test_what_a_model_or_task_does_not_have_is_named(loss: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        built(loss, **changes)


def test_behind_frozen_blocks_a_loss_may_read() -> None:
    assert built(Probe(loss="identity", layer=2), frozen=1).layers == (2,)
    pair = Pipeline(loss="pipeline", within_object=[1], within_pair=[2])
    assert built(pair, task="discrimination", frozen=1).layers == (1, 2)


def test_an_object_that_no_patch_shows_is_named() -> None:
    table = scenes("train", 4)
    table.row[2, 1] = 6
    with pytest.raises(UserError, match="object 1 of scene 2 has patches outside the canvas"):
        Objects.of(table, GEOMETRY, "cpu")
