"""Forward passes that stop at a site."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import torch
from site_kinds import ALL, network, pictures

from vitatlas.errors import UserError
from vitatlas.models.sites import check_sites, layers, patch, read, until


@pytest.mark.parametrize("kind", ALL)
def test_a_pass_stops_at_the_site_with_the_value_and_gradient_of_the_full_pass(kind: str) -> None:
    model = network(kind)
    for layer in (layers(model)[0], layers(model)[-1]):
        values, gradients = [], []
        for stops in (True, False):
            x = pictures(kind).requires_grad_()
            if stops:
                value = until(model, x, layer.activation)
            else:
                with read(model, [layer.activation]) as found:
                    model(x)
                value = found[layer.activation]
            value.square().sum().backward()
            values.append(value)
            gradients.append(x.grad)
        assert torch.equal(*values)
        assert torch.equal(*gradients)


@torch.no_grad()
@pytest.mark.parametrize("kind", ALL)
def test_nothing_behind_the_site_runs(kind: str) -> None:
    model = network(kind)
    ran: list[str] = []
    for name, module in model.named_modules():
        module.register_forward_hook(lambda *_, name=name: ran.append(name))
    until(model, pictures(kind), layers(model)[0].activation)
    stopped = list(ran)
    ran.clear()
    model(pictures(kind))
    assert ran[: len(stopped)] == stopped
    assert len(stopped) < len(ran) / 2


def test_a_stopped_pass_sees_patches_and_frees_what_it_computed() -> None:
    model, kept = network("swin"), []
    first, second = (f"stage.0.block.{number}.mlp.act" for number in (0, 1))
    with patch(model, {first: torch.zeros_like}), read(model, [first], reduce=lambda v: kept.append(weakref.ref(v))):
        gc.collect()
        gc.disable()
        try:
            with torch.no_grad():
                changed = until(model, pictures("swin"), second)
            assert all(reference() is None for reference in kept)  # without waiting for the collector of cycles
        finally:
            gc.enable()
    assert not torch.allclose(changed, until(model, pictures("swin"), second))
    assert len(kept) == 1


def test_a_site_that_the_pass_does_not_come_to_is_an_error() -> None:
    model: Any = network("swin")
    model.forward = lambda x: model.layers[0](model.patch_embed(x))
    with pytest.raises(UserError, match=r"does not come to site 'stage\.1\.block\.0\.mlp\.act'"):
        until(model, pictures("swin"), "stage.1.block.0.mlp.act")
    with pytest.raises(UserError, match=r"does not come to .*stage\.1\.block\.1\.resid_post"):
        check_sites(model, pictures("swin"))
