"""Attention weights of families whose attention is fused, or of its own kind."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from site_kinds import TRANSFORMERS, network, pictures
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites import observe, patch, read, sites, until

WITH_WEIGHTS = tuple(kind for kind in TRANSFORMERS if not kind.startswith("coat"))
CLOSE = {"rtol": 0, "atol": 1e-9}  # float64


def fused(kind: str) -> nn.Module:
    """The network with every attention fused that can be; timm leaves Swin's unfused unless asked."""
    model = network(kind)
    for module in model.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = True
    return model


def patterns(model: nn.Module) -> list[str]:
    return [site for site in sites(model) if site.endswith("attn.pattern")]


@torch.no_grad()
@pytest.mark.parametrize("kind", WITH_WEIGHTS)
def test_weights_are_those_of_the_unfused_run(kind: str) -> None:
    model, x = fused(kind), pictures(kind)
    with read(model, patterns(model)) as replayed:
        model(x)
    for module in model.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = False
    with read(model, patterns(model)) as unfused:
        model(x)
    for site, weights in unfused.items():
        torch.testing.assert_close(replayed[site], weights, rtol=0, atol=1e-7)


@torch.no_grad()
@pytest.mark.parametrize("kind", WITH_WEIGHTS)
def test_reading_weights_changes_no_bit_and_leaves_attention_fused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, x, calls = fused(kind), pictures(kind), []
    kernel = F.scaled_dot_product_attention
    monkeypatch.setattr(F, "scaled_dot_product_attention", lambda *a, **k: calls.append(1) or kernel(*a, **k))
    expected = model(x)
    before = len(calls)
    with read(model, sites(model)):
        assert torch.equal(model(x), expected)
    assert len(calls) == 2 * before
    assert before == sum(getattr(module, "fused_attn", False) for module in model.modules())


@torch.no_grad()
@pytest.mark.parametrize("kind", ["swin", "maxvit-rw", "twins-svt", "pit"])
def test_each_site_is_seen_once_though_attention_is_replayed(kind: str) -> None:
    model, seen = fused(kind), []
    with observe(model, {site: lambda _, site=site: seen.append(site) for site in sites(model)}):
        model(pictures(kind))
    assert sorted(seen) == sorted(sites(model))


@torch.no_grad()
@pytest.mark.parametrize("kind", WITH_WEIGHTS)
def test_a_pattern_can_be_replaced(kind: str) -> None:
    """Each query then reads the mean value, if it reads all keys alike."""
    model, x, site = fused(kind), pictures(kind), patterns(fused(kind))[1]
    out, values = site.replace("pattern", "head_out"), site.replace("pattern", "v")

    def uniform(pattern: Tensor) -> Tensor:
        return torch.full_like(pattern, 1 / pattern.shape[-1])

    with patch(model, {site: uniform}), read(model, [out, values]) as found:
        changed = model(x)
    assert not torch.allclose(changed, model(x), atol=1e-6)
    mean = found[values].mean(2, keepdim=True)
    if found[out].shape[0] == len(mean):  # Twins' grouped attention has put its windows back by then
        torch.testing.assert_close(found[out], mean.expand_as(found[out]), **CLOSE)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["swin", "maxvit-rw", "twins-svt", "pit", "convit"])
def test_reads_and_patches_of_a_pattern_nest(kind: str) -> None:
    model, x, site = fused(kind), pictures(kind), patterns(fused(kind))[1]
    with (
        read(model, [site]) as before,
        patch(model, {site: lambda value: value * 2}),
        patch(model, {site: lambda value: value + 1}),
        read(model, [site]) as after,
    ):
        model(x)
    torch.testing.assert_close(after[site], before[site] * 2 + 1, **CLOSE)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["pit", "twins-pcpvt", "deit-distilled"])
def test_weights_follow_patches_of_queries(kind: str) -> None:
    """Queries of zero read all keys alike; no bias or mask stands against it in these families."""
    model, site = fused(kind), patterns(fused(kind))[1]
    with patch(model, {site.replace("pattern", "q"): torch.zeros_like}), read(model, [site]) as found:
        model(pictures(kind))
    torch.testing.assert_close(found[site], torch.full_like(found[site], 1 / found[site].shape[-1]), **CLOSE)


@pytest.mark.parametrize("kind", ["swin-padded", "maxvit", "twins-svt", "pit"])
def test_weights_have_the_gradient_of_the_unfused_run(kind: str) -> None:
    model, site = fused(kind), patterns(fused(kind))[-1]
    gradients = []
    for unfused in (False, True):
        for module in model.modules():
            if hasattr(module, "fused_attn"):
                module.fused_attn = not unfused
        x = pictures(kind).requires_grad_()
        until(model, x, site)[..., 0].sum().backward()
        gradients.append(x.grad)
    assert gradients[0].abs().max() > 0
    torch.testing.assert_close(*gradients, rtol=1e-7, atol=1e-9)


def test_windows_of_swin_that_were_rolled_together_do_not_attend_across_the_seam() -> None:
    model = fused("swin")
    with torch.no_grad(), read(model, ["stage.0.block.1.attn.pattern"]) as found:
        model(pictures("swin"))
    last = found["stage.0.block.1.attn.pattern"].unflatten(0, (2, 3, 3))[:, 2, 2]  # 12 × 12 tokens in windows of 4 × 4
    of_corner = torch.arange(16).view(4, 4)[2:, 2:].flatten()  # rolled in from the other end of the map
    rest = torch.tensor([token for token in range(16) if token not in of_corner])
    assert last[..., of_corner, :][..., rest].max() < 1e-20
    assert last[..., of_corner, :][..., of_corner].min() > 0


@pytest.mark.parametrize("kind", ["coat", "coat-lite"])
def test_factorised_attention_has_no_weights(kind: str) -> None:
    with (
        pytest.raises(UserError, match="keys by values first"),
        read(network(kind), ["stage.1.block.0.attn.pattern"]),
    ):
        pass


def test_after_an_error_in_the_replay_attention_is_as_it_was() -> None:
    model: Any = fused("pit")

    def fail(_: Tensor) -> Tensor:
        raise RuntimeError("in the replay")

    site, keys = "stage.1.block.0.attn.pattern", "stage.1.block.0.attn.k"
    expected = model(pictures("pit"))
    with pytest.raises(RuntimeError, match="in the replay"), read(model, [site]), patch(model, {keys: fail}):
        model(pictures("pit"))
    attention = model.transformers[1].blocks[0].attn
    assert attention.fused_attn
    assert not attention.attn_drop._forward_pre_hooks
    with read(model, [keys]) as found:  # nothing is muted any more
        assert torch.equal(model(pictures("pit")), expected)
    assert keys in found
