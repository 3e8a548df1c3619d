"""Patching, nesting and leaving, in families whose modules are timm's own."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from site_kinds import ALL, TRANSFORMERS, network, pictures
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites import check_sites, layers, observe, patch, read, sites

CLOSE = {"rtol": 0, "atol": 1e-9}  # float64


def replaceable(model: nn.Module) -> list[str]:
    return [site for site in sites(model) if not site.endswith((".mean", ".scale"))]


def hooks(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


@torch.no_grad()
@pytest.mark.parametrize("kind", ALL)
def test_a_copy_put_in_place_changes_nothing(kind: str) -> None:
    model, x = network(kind), pictures(kind)
    expected = model(x)
    with patch(model, dict.fromkeys(replaceable(model), torch.clone)):
        torch.testing.assert_close(model(x), expected, **CLOSE)
    with patch(model, {site: lambda value: value for site in replaceable(model) if "pattern" not in site}):
        assert torch.equal(model(x), expected)


@torch.no_grad()
@pytest.mark.parametrize("kind", ALL)
def test_every_replacement_is_seen_at_the_site_and_changes_the_output(kind: str) -> None:
    model, x = network(kind), pictures(kind)
    expected = model(x)
    for site in replaceable(model):
        with patch(model, {site: swapped}), read(model, [site]) as after:
            got = model(x)
        with read(model, [site]) as before:
            model(x)
        torch.testing.assert_close(after[site], swapped(before[site]), **CLOSE)
        assert not torch.allclose(got, expected, rtol=1e-9, atol=1e-9), site


def swapped(value: Tensor) -> Tensor:
    """Pictures (or windows) swapped, and channels weighted."""
    return value.flip(0) * torch.linspace(0.5, 1.5, value.shape[-1], dtype=value.dtype)


@torch.no_grad()
@pytest.mark.parametrize("kind", TRANSFORMERS)
def test_the_stream_between_halves_is_replaced_in_the_branch_and_beside_it(kind: str) -> None:
    model, x = network(kind), pictures(kind)
    for layer in layers(model):
        middle, out, end = (f"{layer.name}.{site}" for site in ("resid_mid", "mlp.out", "resid_post"))
        with read(model, [end]) as early, patch(model, {middle: swapped}), read(model, [middle, out, end]) as found:
            model(x)
        expected = (found[middle] + found[out]).reshape(found[end].shape)
        torch.testing.assert_close(found[end], expected, rtol=1e-12, atol=1e-9)
        torch.testing.assert_close(early[end], expected, rtol=1e-12, atol=1e-9)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["swin", "coat", "convit"])
def test_patches_of_the_stream_nest(kind: str) -> None:
    model, x = network(kind), pictures(kind)
    name = layers(model)[-1].name
    middle, end = f"{name}.resid_mid", f"{name}.resid_post"
    with patch(model, {middle: lambda v: v * 3}), patch(model, {middle: lambda v: v - 1}), read(model, [end]) as two:
        model(x)
    with patch(model, {middle: lambda v: v * 3 - 1}), read(model, [end]) as one:
        model(x)
    torch.testing.assert_close(two[end], one[end], **CLOSE)


@torch.no_grad()
def test_one_call_of_a_shared_module_is_replaced_and_the_others_are_not() -> None:
    model, x = network("coat"), pictures("coat")
    names = [f"parallel.1.stage.{stage}.mlp.act" for stage in (1, 2, 3)]
    with read(model, names) as before:
        model(x)
    with read(model, names), patch(model, {names[1]: torch.zeros_like}), read(model, names) as after:
        model(x)
        model(x)  # calls are counted anew in each pass
    assert after[names[1]].abs().max() == 0
    assert torch.equal(after[names[0]], before[names[0]])
    assert torch.equal(after[names[2]], before[names[2]])


@torch.no_grad()
def test_a_call_is_not_taken_for_that_of_a_block_in_which_the_last_pass_broke_off() -> None:
    model, x, seen = network("coat"), pictures("coat"), []
    block = "stage.3.block.1"  # shares the module of its positions with the block before

    def fail(_: Tensor) -> None:
        raise RuntimeError

    with observe(model, {f"{block}.pos.out": seen.append}):
        with pytest.raises(RuntimeError), observe(model, {f"{block}.resid_pre": fail}):
            model(x)
        assert not seen
        model(x)
    assert len(seen) == 1


@pytest.mark.parametrize("kind", ALL)
def test_leaving_leaves_the_model_as_it_was_also_after_an_exception(kind: str) -> None:
    model: Any = network(kind)
    x = pictures(kind)
    expected, state = model(x), copy.deepcopy(model.state_dict())
    attributes = {name: sorted(vars(module)) for name, module in model.named_modules()}
    fused = [getattr(module, "fused_attn", None) for module in model.modules()]

    def fail(_: Tensor) -> Tensor:
        raise RuntimeError("in the middle")

    last = layers(model)[-1].activation
    with (
        pytest.raises(RuntimeError, match="in the middle"),
        read(model, sites(model)),
        patch(model, dict.fromkeys(replaceable(model), torch.clone)),
        patch(model, {last: fail}),
    ):
        assert hooks(model) > 0
        model(x)
    assert hooks(model) == 0
    assert attributes == {name: sorted(vars(module)) for name, module in model.named_modules()}
    assert fused == [getattr(module, "fused_attn", None) for module in model.modules()]
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert torch.equal(model(x), expected)


@pytest.mark.parametrize("kind", ALL)
def test_half_precision(kind: str) -> None:
    model, x = network(kind).float(), pictures(kind).float()
    with torch.autocast("cpu", torch.bfloat16):
        with read(model, sites(model)) as found:
            model(x)
        name = layers(model)[0].name
        site = f"{name}.resid_mid" if f"{name}.resid_mid" in found else f"{name}.conv.out"
        with patch(model, {site: lambda value: value + 1}):
            assert model(x).isfinite().all()
    assert set(found) == set(sites(model))
    assert all(value.dtype == torch.float32 for name, value in found.items() if name.endswith((".mean", ".scale")))
    model = model.bfloat16()
    assert set(check_sites(model, x.bfloat16())) == set(sites(model))


def test_the_check_finds_values_that_are_not_finite() -> None:
    model: Any = network("pit")
    with torch.no_grad():
        model.transformers[1].blocks[0].mlp.fc1.bias[0] = float("inf")
    with pytest.raises(UserError, match=r"not finite at stage\.1\.block\.0\.mlp\.pre"):
        check_sites(model, pictures("pit"))


def test_statistics_cannot_be_replaced() -> None:
    model = network("swin")
    with (
        pytest.raises(UserError, match=r"'stage\.0\.block\.0\.norm1\.mean' cannot be replaced"),
        patch(model, {"embed": torch.clone, "stage.0.block.0.norm1.mean": torch.clone}),
    ):
        pass
    assert hooks(model) == 0


def test_a_compiled_part_is_refused() -> None:
    model: Any = network("swin")
    model.layers[0].blocks[1].compile()
    with pytest.raises(UserError, match="compiled"), read(model, ["embed"]):
        pass
