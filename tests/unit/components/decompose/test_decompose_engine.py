"""Components of all families against the whole, against the frozen network and against its gradients."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
import torch
from decomposed import KINDS, POLICIES, direction, encoder, half_of, images_of, part_of, relative, shared, starts
from frozen_network import frozen, scaled
from torch import Tensor

from vitatlas.components.decompose import Component, Decomposer, error_of
from vitatlas.models.encoder import Encoder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("dtype", "bound"), [(torch.float64, 1e-12), (torch.float32, 5e-6)])
def test_components_sum_to_the_representation(kind: str, dtype: torch.dtype, bound: float) -> None:
    of = shared(kind, dtype)
    images = images_of(of)
    for start in starts(of):
        for policy in POLICIES:
            for together in (False, True):
                error = error_of(Decomposer(of, start, policy, together=together), images)
                assert error.shape == (len(images),)
                assert float(error.max()) < bound


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_z_is_that_of_the_untouched_network_and_no_hook_is_left(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    before = of(images)
    z, vectors = Decomposer(of)(images)
    assert torch.equal(z, before)
    assert not vectors.requires_grad
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in of.modules())


@torch.no_grad()
@pytest.mark.parametrize("factor", [0.0, -1.5])
@pytest.mark.parametrize("kind", KINDS)
def test_scaling_a_write_in_the_frozen_network_scales_its_component_and_nothing_else(kind: str, factor: float) -> None:
    of = encoder(kind)
    images, start = images_of(of), starts(of)[1]
    decomposer = Decomposer(of, start)
    z, vectors = decomposer(images)
    with frozen(of, images) as forward:
        assert relative(forward() - z, z) < 1e-13
        for number, component in enumerate(decomposer.components):
            if component.kind == "bias":
                continue
            with scaled(of, component, start, factor):
                changed = forward() - z
            wanted = (factor - 1) * vectors[:, number]
            assert relative(changed - wanted, wanted) < 1e-10, component.name
    assert torch.equal(of(images), z)


@pytest.mark.parametrize("kind", KINDS)
def test_a_components_share_of_a_scalar_is_gradient_times_value(kind: str) -> None:
    of = shared(kind)
    images, g = images_of(of), direction(of)
    decomposer = Decomposer(of)
    z, vectors = decomposer(images)
    with frozen(of, images) as forward, ExitStack() as stack:
        layers = {component.layer: component for component in decomposer.components[1:-1]}
        leaves = {layer: _leaf(stack, of, component) for layer, component in layers.items()}
        (forward() @ g).sum().backward()
    for number, component in enumerate(decomposer.components[1:-1], start=1):
        leaf = leaves[component.layer][0]
        shares = leaf.grad * leaf.detach()
        if component.kind == "head":
            heads = half_of(of.backbone, part_of(component)).attn.num_heads
            shares = shares.unflatten(-1, (heads, -1))[..., component.head, :]
        found = shares.reshape(len(images), -1).sum(1)
        assert float((found - vectors[:, number] @ g).abs().max()) < 1e-11 * float((z @ g).abs().max() + 1)


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_heads_sum_to_their_layer_and_with_its_bias_to_what_attention_adds(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    apart, layers = Decomposer(of, policy="own"), Decomposer(of, policy="own", together=True)
    (z, heads), (_, whole) = apart(images), layers(images)
    with frozen(of, images) as forward:
        for number, component in enumerate(layers.components):
            if component.kind != "attention":
                continue
            ours = [i for i, head in enumerate(apart.components) if head.layer == component.layer]
            assert {apart.components[i].kind for i in ours} == {"head"}
            assert relative(heads[:, ours].sum(1) - whole[:, number], z) < 1e-11
            added = half_of(of.backbone, part_of(component)).drop_path1
            handle = added.register_forward_hook(lambda _module, _args, output: torch.zeros_like(output))
            without = forward()
            handle.remove()
            assert relative(z - without - whole[:, number], z) < 1e-11


@pytest.mark.parametrize("kind", ["vit", "no-proj-bias", "swin", "maxvit"])
def test_policies_differ_in_where_biases_are_and_in_nothing_else(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    separate, own = (Decomposer(of, policy=policy) for policy in ("separate", "own"))
    (_, first), (_, second) = separate(images), own(images)
    heads = torch.tensor([component.kind == "head" for component in own.components])
    bias = torch.tensor([component.kind == "bias" for component in own.components])
    assert torch.equal(first[:, ~(heads | bias)], second[:, ~(heads | bias)])
    moved = (second - first)[:, heads].sum(1)
    torch.testing.assert_close(moved, (first - second)[:, bias].sum(1), rtol=0, atol=1e-12)
    assert bool(moved.any()) == (kind != "no-proj-bias")
    assert [part.kind for part in Decomposer(of, policy="uniform").components].count("bias") == 0


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_the_bias_is_what_the_frozen_network_gives_where_nothing_is_written(kind: str) -> None:
    of = encoder(kind)
    images, start = images_of(of), starts(of)[1]
    decomposer = Decomposer(of, start)
    z, vectors = decomposer(images)
    with frozen(of, images) as forward, ExitStack() as silent:
        for component in decomposer.components[:-1]:
            silent.enter_context(scaled(of, component, start, 0))
        assert relative(forward() - vectors[:, -1], z) < 1e-12


def _leaf(stack: ExitStack, of: Encoder, component: Component) -> list[Tensor]:
    """What a layer writes, as a leaf of the graph, which the forward pass puts into the list."""
    part = half_of(of.backbone, part_of(component))
    kept: list[Tensor] = []

    def leaf(value: Tensor) -> Tensor:
        kept.append(value.detach().requires_grad_())
        return kept[0]

    if component.kind == "head":
        handle = part.attn.proj.register_forward_pre_hook(lambda _module, args: (leaf(args[0]),))
    else:
        module = part.conv.conv3_1x1 if component.kind == "conv" else part.mlp
        handle = module.register_forward_hook(lambda _module, _args, output: leaf(output))
    stack.callback(handle.remove)
    return kept
