"""Class logits as scalars of z: sums, the rules for a head with a non-linearity, and heads that are refused."""

from __future__ import annotations

import pytest
import torch
from decomposed import KINDS, encoder, entry, images_of, shared, starts
from torch import nn

from vitatlas.components.decompose import Decomposer
from vitatlas.components.decompose.logits import class_directions, require_head
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder

CLASSED = tuple(kind for kind in KINDS if entry(kind).encoder.classes and not kind.startswith("distilled"))
HIDDEN = ("maxvit", "maxvit-grid-only")
CHOSEN = torch.tensor([3, 1])


@torch.no_grad()
@pytest.mark.parametrize("kind", CLASSED)
@pytest.mark.parametrize(("dtype", "bound"), [(torch.float64, 1e-12), (torch.float32, 5e-6)])
def test_shares_and_constant_sum_to_the_logit(kind: str, dtype: torch.dtype, bound: float) -> None:
    of = shared(kind, dtype)
    images = images_of(of)
    z, logits = of(images), of.logits(images)
    wanted = logits.gather(1, CHOSEN[:, None])[:, 0]
    for rule in ("secant", "gradient"):
        directions, constants = class_directions(of, z, CHOSEN, rule)
        for start in starts(of):
            for policy in ("separate", "own", "uniform"):
                _, vectors = Decomposer(of, start, policy)(images)
                shares = torch.einsum("bnd,bd->bn", vectors, directions)
                scale = float(directions.norm(dim=1).max() * z.norm(dim=1).max())
                assert float((shares.sum(1) + constants - wanted).abs().max()) < bound * scale
    require_head(of, images)


@torch.no_grad()
@pytest.mark.parametrize("kind", HIDDEN)
def test_without_biases_the_secant_leaves_nothing_over_and_the_gradient_an_error_of_third_order(kind: str) -> None:
    """tanh x - x is of order x³: half the hidden units, an eighth of what the tangent misses."""
    of = encoder(kind)
    head = of.backbone.head
    for bias in (head.norm.bias, head.pre_logits.fc.bias, head.fc.bias):
        bias.zero_()
    z = of(images_of(of))
    assert not class_directions(of, z, CHOSEN, "secant")[1].any()
    missed = []
    for size in (0.02, 0.01):
        head.pre_logits.fc.weight.mul_(size / head.pre_logits.fc.weight.abs().max())
        missed.append(class_directions(of, z, CHOSEN, "gradient")[1])
    assert bool((missed[0] / missed[1] - 8).abs().max() < 0.2)


@pytest.mark.parametrize("rule", ["secant", "gradient"])
def test_directions_are_gradients_of_the_head_with_its_scale_and_the_secants_ratio_frozen(rule: str) -> None:
    of = encoder("maxvit")
    head = of.backbone.head
    z = of(images_of(of)).detach().requires_grad_()
    scale = (z.var(1, correction=0, keepdim=True) + head.norm.eps).rsqrt().detach()
    hidden = head.pre_logits.fc((z - z.mean(1, keepdim=True)) * scale * head.norm.weight + head.norm.bias)
    active = hidden * (hidden.tanh() / hidden).detach() if rule == "secant" else hidden.tanh()
    head.fc(active).gather(1, CHOSEN[:, None]).sum().backward()
    directions, _ = class_directions(of, z.detach(), CHOSEN, rule)
    torch.testing.assert_close(directions, z.grad, rtol=0, atol=1e-12)


@torch.no_grad()
def test_hidden_units_at_zero_have_the_ratio_that_is_the_slope_there() -> None:
    of = encoder("maxvit")
    head = of.backbone.head
    for bias in (head.norm.bias, head.pre_logits.fc.bias):
        bias.zero_()
    zero = torch.zeros(2, of.width, dtype=torch.float64)
    (secant, constants), (gradient, _) = (class_directions(of, zero, CHOSEN, rule) for rule in ("secant", "gradient"))
    assert torch.equal(secant, gradient) and bool(secant.any())
    assert torch.equal(constants, head.fc.bias[CHOSEN])


@torch.no_grad()
@pytest.mark.parametrize("kind", ["dino", "clip", "maxvit"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_classifier_on_z_takes_the_place_of_the_published_head(kind: str, bias: bool) -> None:
    of = encoder(kind)
    of.classifier = nn.Linear(of.width, 4, bias=bias).double()
    images = images_of(of)
    directions, constants = class_directions(of, of(images), CHOSEN)
    assert torch.equal(directions, of.classifier.weight[CHOSEN])
    logits = of.logits(images).gather(1, CHOSEN[:, None])[:, 0]
    torch.testing.assert_close((of(images) * directions).sum(1) + constants, logits, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("distilled", "two heads, on two tokens"), ("dino", "no linear head"), ("clip", "no linear head")],
)
def test_encoders_without_one_linear_head_are_refused(kind: str, words: str) -> None:
    refused(shared(kind), words)


def test_a_head_that_is_not_linear_is_refused() -> None:
    of = encoder("dino")
    of.classifier = nn.Sequential(nn.Linear(of.width, 4), nn.ReLU()).double()
    refused(of, "no linear head")


def test_a_head_that_reads_something_else_than_z_is_refused() -> None:
    of = encoder("avg-norm-first")
    elsewhere = of.entry.encoder.model_copy(update={"readout": "cls"})
    of = Encoder(of.backbone, of.entry.model_copy(update={"encoder": elsewhere})).double()
    with pytest.raises(UserError, match="the head reads something else") as error:
        require_head(of, images_of(of))
    assert "readout 'cls'" in str(error.value) and "linear probe" in str(error.value.remedy)


def refused(of: Encoder, words: str) -> None:
    with pytest.raises(UserError, match=words) as error:
        class_directions(of, of(images_of(of)), CHOSEN)
    assert of.entry.timm in str(error.value) and "linear probe" in str(error.value.remedy)
