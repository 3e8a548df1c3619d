from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from model_kinds import KINDS, images, small_model
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier
from vitatlas.models.sites import BLOCK_SITES, observe, patch, read

SITES = ["embed", *(f"block.{layer}.{site}" for layer in range(3) for site in BLOCK_SITES)]
CLOSE = {"rtol": 0, "atol": 1e-11}  # float64


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@torch.no_grad()
def explicit(model: Classifier, pixels: Tensor, change: dict[str, Callable[[Tensor], Tensor]]) -> tuple[Tensor, dict]:
    """The forward pass written out with the weights: logits, and the activation at each site after `change`."""
    vit, seen = model.backbone, {}

    def at(site: str, value: Tensor) -> Tensor:
        seen[site] = change.get(site, lambda same: same)(value)
        return seen[site]

    def layer_norm(x: Tensor, norm: torch.nn.Module) -> Tensor:
        if isinstance(norm, torch.nn.Identity):
            return x
        mean, variance = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, correction=0)
        return (x - mean) / (variance + norm.eps).sqrt() * norm.weight + norm.bias

    mean, std = (value.double().view(1, 3, 1, 1) for value in (model.normalise.mean, model.normalise.std))
    patches = F.conv2d(
        (pixels.double() / 255 - mean) / std, vit.patch_embed.proj.weight, vit.patch_embed.proj.bias, model_step(vit)
    )
    patches = patches.flatten(2).mT
    prefix = [t.expand(len(pixels), -1, -1) for t in (vit.cls_token, vit.reg_token) if t is not None]
    if vit.no_embed_class:
        x = torch.cat([*prefix, patches + vit.pos_embed], 1)
    else:
        x = torch.cat([*prefix, patches], 1) + vit.pos_embed
    x = at("embed", layer_norm(x, vit.norm_pre))
    for number, block in enumerate(vit.blocks):
        name, attention = f"block.{number}.", block.attn
        gain = [getattr(scale, "gamma", 1) for scale in (block.ls1, block.ls2)]
        x = at(name + "resid_pre", x)
        stacked = at(name + "attn.in", layer_norm(x, block.norm1)) @ attention.qkv.weight.T + attention.qkv.bias
        q, k, v = stacked.view(*x.shape[:2], 3, model.heads, -1).permute(2, 0, 3, 1, 4)
        q = at(name + "attn.q", layer_norm(q, attention.q_norm))
        k = at(name + "attn.k", layer_norm(k, attention.k_norm))
        v = at(name + "attn.v", v)
        scores = torch.einsum("bhqd,bhkd->bhqk", q, k) / (model.width / model.heads) ** 0.5
        pattern = at(name + "attn.pattern", scores.exp() / scores.exp().sum(-1, keepdim=True))
        z = at(name + "attn.head_out", torch.einsum("bhqk,bhkd->bhqd", pattern, v))
        z = layer_norm(z.transpose(1, 2).reshape(x.shape), attention.norm)
        out = at(name + "attn.out", gain[0] * (z @ attention.proj.weight.T + attention.proj.bias))
        x = at(name + "resid_mid", x + out)
        hidden = at(name + "mlp.pre", layer_norm(x, block.norm2) @ block.mlp.fc1.weight.T + block.mlp.fc1.bias)
        quick = type(block.mlp.act).__name__ == "QuickGELU"
        hidden = hidden * torch.sigmoid(1.702 * hidden) if quick else F.gelu(hidden)
        hidden = at(name + "mlp.act", hidden)
        out = at(name + "mlp.out", gain[1] * (hidden @ block.mlp.fc2.weight.T + block.mlp.fc2.bias))
        x = at(name + "resid_post", x + out)
    x = layer_norm(x, vit.norm)
    features = torch.cat([x[:, 0], x[:, model.prefix :].mean(1)], -1) if model.readout == "cls+mean" else x[:, 0]
    return F.linear(features, model.head.weight, model.head.bias), seen


def model_step(vit: torch.nn.Module) -> int:
    return vit.patch_embed.patch_size[0]


def hooks(model: Classifier) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_the_clip_kind_has_quick_gelu_and_a_norm_before_the_blocks() -> None:
    vit = small_model("clip").backbone
    assert type(vit.blocks[0].mlp.act).__name__ == "QuickGELU"
    assert isinstance(vit.norm_pre, torch.nn.LayerNorm)


@torch.no_grad()
def test_every_site_equals_an_explicit_forward_pass(kind: str) -> None:
    model, pixels = small_model(kind), images(kind)
    logits, expected = explicit(model, pixels, {})
    with read(model, SITES) as cache:
        torch.testing.assert_close(model(pixels), logits, **CLOSE)
    assert set(cache) == set(SITES) == set(expected)
    for site in SITES:
        torch.testing.assert_close(cache[site], expected[site], msg=lambda text, site=site: f"{site}: {text}", **CLOSE)


@torch.no_grad()
@pytest.mark.parametrize("site", ["embed", *(f"block.1.{site}" for site in BLOCK_SITES)])
def test_a_patch_changes_everything_downstream_and_nothing_else(kind: str, site: str) -> None:
    model, pixels = small_model(kind), images(kind)

    def change(value: Tensor) -> Tensor:
        return value.flip(0) + 0.1 * value

    logits, expected = explicit(model, pixels, {site: change})
    with patch(model, {site: change}), read(model, SITES) as cache:
        torch.testing.assert_close(model(pixels), logits, **CLOSE)
    for other in SITES:
        torch.testing.assert_close(cache[other], expected[other], **CLOSE)
    assert not torch.allclose(logits, model(pixels), atol=1e-6)


@torch.no_grad()
def test_the_residual_stream_adds_up(kind: str) -> None:
    model = small_model(kind)
    with read(model, SITES) as cache:
        model(images(kind))
    for layer in range(model.depth):
        mid, out, post = (cache[f"block.{layer}.{site}"] for site in ("resid_mid", "mlp.out", "resid_post"))
        torch.testing.assert_close(mid + out, post, **CLOSE)


@torch.no_grad()
def test_an_image_gives_the_same_activations_in_any_batch(kind: str) -> None:
    model, pixels = small_model(kind), images(kind)
    with read(model, SITES) as together:
        model(pixels)
    for number in range(len(pixels)):
        with read(model, SITES) as alone:
            model(pixels[number : number + 1])
        for site in SITES:
            torch.testing.assert_close(alone[site][0], together[site][number], **CLOSE)


@torch.no_grad()
def test_shapes_are_as_documented() -> None:
    model = small_model("plain")
    batch, heads, tokens, width, per_head, hidden = 3, 3, 17, 24, 8, 48
    with read(model, SITES) as cache:
        model(images("plain"))
    stream, head = (batch, tokens, width), (batch, heads, tokens, per_head)
    shapes = {site: tuple(cache[f"block.2.{site}"].shape) for site in BLOCK_SITES}
    assert shapes == {
        **dict.fromkeys(("resid_pre", "resid_mid", "resid_post", "attn.in", "attn.out", "mlp.out"), stream),
        **dict.fromkeys(("attn.q", "attn.k", "attn.v", "attn.head_out"), head),
        "attn.pattern": (batch, heads, tokens, tokens),
        **dict.fromkeys(("mlp.pre", "mlp.act"), (batch, tokens, hidden)),
    }
    assert tuple(cache["embed"].shape) == stream


def test_leaving_removes_every_hook_also_after_an_exception(kind: str) -> None:
    model, pixels = small_model(kind), images(kind)
    before, attentions = hooks(model), [block.attn for block in model.backbone.blocks]

    def fail(_: Tensor) -> None:
        raise RuntimeError("in the middle")

    with read(model, SITES):
        assert hooks(model) > before
    with (
        pytest.raises(RuntimeError, match="in the middle"),
        read(model, SITES),
        observe(model, {"block.2.mlp.act": fail}),
    ):
        model(pixels)
    assert hooks(model) == before
    assert all(attention.fused_attn for attention in attentions)


def test_nothing_is_hooked_when_one_of_the_sites_is_unknown() -> None:
    model = small_model("plain")
    with pytest.raises(UserError), read(model, ["embed", "block.0.attn.pattern", "block.0.nonsense"]):
        pass
    assert hooks(model) == 0
    assert model.backbone.blocks[0].attn.fused_attn


def test_attention_stays_fused_where_no_pattern_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    model, calls = small_model("plain"), []
    fused = F.scaled_dot_product_attention
    monkeypatch.setattr(F, "scaled_dot_product_attention", lambda *a, **k: calls.append(1) or fused(*a, **k))
    with read(model, ["block.1.attn.pattern", "block.0.attn.q", "block.2.attn.head_out"]):
        model(images("plain"))
    assert len(calls) == 2
    model(images("plain"))
    assert len(calls) == 5


@torch.no_grad()
def test_contexts_nest_and_act_in_the_order_of_entry() -> None:
    model, pixels, site = small_model("plain"), images("plain"), "block.1.attn.pattern"
    with (
        read(model, [site]) as before,
        patch(model, {site: lambda value: value * 2}),
        patch(model, {site: lambda value: value + 1}),
        read(model, [site]) as after,
    ):
        model(pixels)
        with read(model, [site]):
            pass
        model(pixels)  # leaving the inner context must not fuse attention again
    torch.testing.assert_close(after[site], before[site] * 2 + 1, **CLOSE)
    assert model.backbone.blocks[1].attn.fused_attn


@torch.no_grad()
def test_reduce_is_applied_before_keeping() -> None:
    model, site = small_model("plain"), "block.0.attn.pattern"
    with read(model, [site], reduce=lambda value: value.sum(-1)) as cache:
        model(images("plain"))
    torch.testing.assert_close(cache[site], torch.ones(3, 3, 17, dtype=torch.float64), **CLOSE)


def test_gradients_flow_through_a_patch() -> None:
    model, direction = small_model("plain"), torch.zeros(24, dtype=torch.float64, requires_grad=True)
    with patch(model, {"block.1.resid_mid": lambda value: value + direction}):
        model(images("plain"))[:, 1].sum().backward()
    assert direction.grad is not None
    assert direction.grad.abs().sum() > 0


def test_the_backbone_alone_has_the_same_sites() -> None:
    model = small_model("plain")
    with read(model.backbone, ["block.0.resid_post"]) as cache:
        model(images("plain"))
    assert cache["block.0.resid_post"].shape == (3, 17, 24)


@pytest.mark.parametrize(
    "site", ["blocks.0.resid_pre", "block.3.resid_pre", "block.-1.mlp.out", "block.0.attn", "Embed"]
)
def test_an_unknown_site_is_an_error_that_lists_the_sites(site: str) -> None:
    with pytest.raises(UserError) as error, read(small_model("plain"), [site]):
        pass
    message = str(error.value)
    assert f"'{site}'" in message
    assert "0..2" in message
    assert all(name in message for name in ("embed", *BLOCK_SITES))


def test_a_patch_of_another_shape_is_an_error() -> None:
    model = small_model("plain")
    with pytest.raises(ValueError, match=r"block\.0\.resid_pre.*\(3, 16, 24\).*\(3, 17, 24\)"):  # noqa: SIM117
        with patch(model, {"block.0.resid_pre": lambda value: value[:, 1:]}):
            model(images("plain"))


def test_a_compiled_model_is_refused() -> None:
    model = small_model("plain")
    with pytest.raises(ValueError, match="compiled"), read(torch.compile(model), ["embed"]):  # type: ignore[arg-type]
        pass
    model.compile()
    with pytest.raises(ValueError, match="compiled"), read(model, ["embed"]):
        pass
