"""What activations of transformers must satisfy, computed again from the weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from site_kinds import ALL, TRANSFORMERS, Run, network, pictures, sides
from torch import Tensor, nn

from vitatlas.models.sites import Layer, check_sites, layers, patch, patches, read, sites

CLOSE = {"rtol": 0, "atol": 1e-9}  # float64
EXCHANGE = "parallel"


@pytest.fixture(params=TRANSFORMERS, scope="module")
def run(request: pytest.FixtureRequest) -> Run:
    return Run(request.param, network(request.param))


def attention_of(run: Run, layer: Layer) -> Any:
    block = run.block(layer)
    if not run.kind.startswith("coat"):
        return block.attn
    return getattr(block, f"factoratt_crpe{layer.stage + 1}" if EXCHANGE in layer.name else "factoratt_crpe")


def module_of(run: Run, layer: Layer, name: str) -> Any:
    """A norm or the feed-forward layer; parallel blocks of CoaT number them by stage, from 1."""
    return getattr(run.block(layer), f"{name}{layer.stage + 1}" if EXCHANGE in layer.name else name)


@pytest.mark.parametrize("kind", ALL)
def test_every_site_is_reached_and_its_patches_are_where_the_model_says(kind: str) -> None:
    model = network(kind)
    assert set(check_sites(model, pictures(kind))) == set(sites(model))


def test_the_residual_stream_adds_up(run: Run) -> None:
    for layer in run.layers:
        before = "pos.out" if run.kind.startswith("coat") and EXCHANGE not in layer.name else "resid_pre"
        middle, end = run(layer, "resid_mid"), run(layer, "resid_post")
        entering = run(layer, before) + run(layer, "attn.out")
        torch.testing.assert_close(middle, entering.reshape(middle.shape), **CLOSE)
        torch.testing.assert_close(end, (middle + run(layer, "mlp.out")).reshape(end.shape), **CLOSE)


def test_the_stream_that_leaves_a_block_enters_the_next(run: Run) -> None:
    """Nothing but Twins' positions, ConViT's class token, CoaT's positions and MaxViT's convolutions lies between."""
    pairs = [pair for pair in zip(run.layers, run.layers[1:], strict=False) if pair[0].stage == pair[1].stage]
    for layer, following in pairs:
        if EXCHANGE in following.name or (run.kind.startswith("maxvit") and following.name.endswith("window")):
            continue
        position = run.kind.startswith("twins") and layer.block == 0
        left = run(layer, "pos.out" if position else "resid_post")
        entered = run(following, "resid_pre")
        torch.testing.assert_close(entered[:, following.prefix - layer.prefix :], left, **CLOSE)


def test_statistics_give_the_norms_output(run: Run) -> None:
    for layer in run.layers:
        stream = run(layer, "pos.out" if f"{layer.name}.pos.out" in run.found and "coat" in run.kind else "resid_pre")
        first, second = (module_of(run, layer, f"norm{number}") for number in (1, 2))
        torch.testing.assert_close(normalised(run, layer, "norm1", first, stream), run(layer, "attn.in"), **CLOSE)
        hidden = normalised(run, layer, "norm2", second, run(layer, "resid_mid"))
        pre = module_of(run, layer, "mlp").fc1(hidden)
        torch.testing.assert_close(pre, run(layer, "mlp.pre"), **CLOSE)


def normalised(run: Run, layer: Layer, name: str, norm: Any, value: Tensor) -> Tensor:
    mean, scale = run(layer, f"{name}.mean"), run(layer, f"{name}.scale")
    return (value - mean) * scale * norm.weight + norm.bias


def test_the_feed_forward_layer_goes_from_its_input_to_its_write(run: Run) -> None:
    for layer in run.layers:
        mlp, block = module_of(run, layer, "mlp"), run.block(layer)
        act = F.gelu(run(layer, "mlp.pre"), approximate="tanh" if run.kind == "maxvit" else "none")
        torch.testing.assert_close(run(layer, "mlp.act"), act, **CLOSE)
        scale = getattr(block, "ls2", nn.Identity())
        torch.testing.assert_close(run(layer, "mlp.out"), scale(mlp.fc2(act)), **CLOSE)


def test_heads_give_what_attention_writes_at_each_patch(run: Run) -> None:
    for layer in run.layers:
        if EXCHANGE in layer.name:
            continue
        scale = getattr(run.block(layer), "ls1", nn.Identity())
        write = scale(attention_of(run, layer).proj(run.patches(layer, "attn.head_out")))
        torch.testing.assert_close(run.patches(layer, "attn.out"), write, **CLOSE)


def test_queries_keys_and_values_are_projections_of_the_same_patch(run: Run) -> None:
    for layer in run.layers:
        projected = projections(attention_of(run, layer), run.patches(layer, "attn.in"))
        for name, wanted in projected.items():
            torch.testing.assert_close(run.patches(layer, f"attn.{name}"), wanted, **CLOSE)


def projections(attention: Any, value: Tensor) -> dict[str, Tensor]:
    """[B, rows, columns, D] each; of sub-sampled attention, queries, keys and values from its own coarser map."""
    if hasattr(attention, "qk"):  # ConViT
        queries, keys = attention.qk(value).chunk(2, -1)
        return {"q": queries, "k": keys, "v": attention.v(value)}
    if hasattr(attention, "kv"):  # Twins
        coarse = value
        if attention.sr is not None:
            coarse = attention.norm(attention.sr(value.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))
        keys, values = attention.kv(coarse).chunk(2, -1)
        return {"q": attention.q(value), "k": keys, "v": values}
    fused = attention.qkv(value)
    if getattr(attention, "head_first", False):  # MaxViT of timm's own
        parts = fused.unflatten(-1, (attention.num_heads, 3, -1)).unbind(-2)
        return {name: part.flatten(-2) for name, part in zip("qkv", parts, strict=True)}
    return dict(zip("qkv", fused.chunk(3, -1), strict=True))


def test_weights_times_values_are_the_heads_outputs(run: Run) -> None:
    having = [layer for layer in run.layers if f"{layer.name}.attn.pattern" in run.found]
    assert len(having) == (0 if run.kind.startswith("coat") else len(run.layers))
    for layer in having:
        pattern, values = run(layer, "attn.pattern"), run(layer, "attn.v")
        torch.testing.assert_close(pattern.sum(-1), torch.ones_like(pattern[..., 0]), **CLOSE)
        out, queries = pattern @ values, f"{layer.name}.attn.q"
        put_back = patches(run.model, queries, out, sides(run.kind))
        torch.testing.assert_close(run.patches(layer, "attn.head_out"), put_back, **CLOSE)


def test_factorised_attention_multiplies_keys_by_values_first() -> None:
    model: Any = network("coat")
    with torch.no_grad():
        for stage in (1, 2, 3, 4):
            for conv in getattr(model, f"crpe{stage}").conv_list:  # leaves the attention alone
                conv.weight.zero_()
                conv.bias.zero_()
    run = Run("coat", model)
    for layer in run.layers:
        q, k, v = (run(layer, f"attn.{name}") for name in "qkv")
        expected = torch.einsum("bhtd,bhsd,bhse->bhte", q, k.softmax(2), v) * attention_of(run, layer).scale
        torch.testing.assert_close(run(layer, "attn.head_out"), expected, **CLOSE)


def test_parallel_blocks_write_their_own_stage_and_what_the_others_send() -> None:
    run = Run("coat", network("coat"))
    triples = [layer for layer in run.layers if EXCHANGE in layer.name]
    for number in range(2):
        three = [layer for layer in triples if layer.block == number]
        own = [attention_of(run, layer).proj(run(layer, "attn.head_out").transpose(1, 2).flatten(2)) for layer in three]
        for layer in three:
            classes = torch.stack([write[:, 0] for write in own]).sum(0)  # class tokens are added as they are
            torch.testing.assert_close(run(layer, "attn.out")[:, 0], classes, **CLOSE)
            received = sum(resized(write, three[at], layer) for at, write in enumerate(own))
            torch.testing.assert_close(run(layer, "attn.out")[:, 1:], received, **CLOSE)


def resized(write: Tensor, source: Layer, target: Layer) -> Tensor:
    """The patches of `write`, bilinearly from the grid of its layer to that of another."""
    assert source.grid is not None
    assert target.grid is not None
    maps = write[:, 1:].unflatten(1, source.grid).permute(0, 3, 1, 2)
    factor = target.grid[0] / source.grid[0]
    if factor != 1:
        maps = F.interpolate(maps, scale_factor=factor, mode="bilinear", align_corners=False)
    return maps.flatten(2).mT


def test_last_norms_and_norms_between_stages(run: Run) -> None:
    """Their statistics normalise: what the norm returns is what they give."""
    seen: dict[str, tuple[Tensor, Tensor]] = {}
    norms = dict(norms_on_the_path(run))
    handles = [
        norm.register_forward_hook(lambda _module, args, output, name=name: seen.update({name: (args[0], output)}))
        for name, norm in norms.items()
    ]
    with torch.no_grad():
        run.model(pictures(run.kind))
    for handle in handles:
        handle.remove()
    for name, norm in norms.items():
        value, output = seen[name]
        gain, bias = norm.weight, norm.bias
        if value.ndim == 4 and value.shape[1] == len(gain):  # MaxViT's last norm acts on channels first
            gain, bias = gain.view(-1, 1, 1), bias.view(-1, 1, 1)
        got = (value - run.found[f"{name}.mean"]) * run.found[f"{name}.scale"] * gain + bias
        torch.testing.assert_close(got, output, **CLOSE)


def norms_on_the_path(run: Run) -> list[tuple[str, Any]]:
    model: Any = run.model
    family, stages = run.kind.partition("-")[0], range(1, 4)
    if run.kind == "maxvit":
        return []  # its norm is the head's, behind the pooling
    if family == "coat":
        last = [("norm", model.norm4)] if model.parallel_blocks is None else []
        last += [(f"norm.{s}", getattr(model, f"norm{s + 1}")) for s in stages if model.parallel_blocks is not None]
        return [*last, *((f"stage.{s}.norm", getattr(model, f"patch_embed{s + 1}").norm) for s in stages)]
    if family == "swin":
        return [("norm", model.norm), ("stage.1.norm", model.layers[1].downsample.norm)]
    if family == "twins":
        return [("norm", model.norm), *((f"stage.{s}.norm", model.patch_embeds[s].norm) for s in stages)]
    return [("norm", model.norm)]


@pytest.mark.parametrize("kind", ["convit", "coat", "swin"])
def test_in_training_branches_are_seen_as_they_are_added(kind: str) -> None:
    """Stochastic depth leaves out branches of single pictures; a block's one module does it for both branches."""
    model = network(kind, drop_path_rate=0.5).train()
    torch.manual_seed(0)
    run = Run(kind, model)
    test_the_residual_stream_adds_up(run)
    dropped = [run(layer, site)[0].abs().max() == 0 for layer in run.layers for site in ("attn.out", "mlp.out")]
    assert 0 < sum(dropped) < len(dropped)


@pytest.mark.parametrize("kind", ALL)
def test_the_first_block_reads_what_is_embedded(kind: str) -> None:
    model = network(kind)
    first = layers(model)[0].name.removesuffix(".window")
    entering = f"{first}.resid_pre" if kind != "densenet" else "embed"
    with torch.no_grad(), patch(model, {"embed": lambda value: value + 1}), read(model, ["embed", entering]) as found:
        model(pictures(kind))
    with torch.no_grad(), read(model, ["embed"]) as before:
        model(pictures(kind))
    torch.testing.assert_close(found[entering], before["embed"] + 1, **CLOSE)
