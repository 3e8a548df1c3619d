"""Reading and patching activations by name.

    with read(model, ["block.3.resid_post"]) as cache:
        model(images)
    cache["block.3.resid_post"]                     # [B, T, D]

    with patch(model, {"block.3.resid_post": swap_tokens}):
        model(images)

    with observe(model, {"block.3.attn.pattern": add_to_statistics}):
        model(images)

| site | shape | what |
|---|---|---|
| `embed` | [B, T, D] | tokens entering block 0: position added, CLIP's extra norm applied |
| `block.{l}.resid_pre` | [B, T, D] | residual stream entering block l |
| `block.{l}.resid_mid` | [B, T, D] | residual stream between attention and MLP |
| `block.{l}.resid_post` | [B, T, D] | residual stream leaving block l |
| `block.{l}.attn.q`, `.k`, `.v` | [B, H, T, d] | queries, keys, values as attention uses them |
| `block.{l}.attn.pattern` | [B, H, T, T] | attention weights; row = querying token, rows sum to 1 |
| `block.{l}.attn.head_out` | [B, H, T, d] | pattern · v per head, before the output projection |
| `block.{l}.mlp.act` | [B, T, M] | hidden units after the activation function |
| `block.{l}.mlp.out` | [B, T, D] | what the MLP adds to the residual stream (after LayerScale) |

B images, T tokens (class token first), D width, H heads, d = D/H, M hidden units.

The three are context managers; leaving them, also by an exception, removes every hook. They nest: at one site, hooks
act in the order in which their contexts were entered, so a `read` inside a `patch` sees the patched value. Attention
stays fused except in blocks whose pattern is asked for. The model must run uncompiled: a compiled graph ignores hooks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from vitatlas.errors import UserError

Function = Callable[[Tensor], Tensor]

BLOCK_SITES = (
    *("resid_pre", "resid_mid", "resid_post"),
    *("attn.q", "attn.k", "attn.v", "attn.pattern", "attn.head_out"),
    *("mlp.act", "mlp.out"),
)


@contextmanager
def read(
    model: nn.Module, sites: Iterable[str], reduce: Callable[[Tensor], Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a dict that each forward pass fills with the activations at `sites` (the latest pass wins).

    Args:
        model: A `Classifier`, or its backbone.
        sites: Names as in the table above.
        reduce: Applied to each activation before it is kept, so that the full tensor can be freed.

    Raises:
        UserError: Unknown site, or layer out of range.
    """
    cache: dict[str, Any] = {}

    def keep(site: str) -> Callable[[Tensor], None]:
        def function(value: Tensor) -> None:
            cache[site] = value if reduce is None else reduce(value)

        return function

    with observe(model, {site: keep(site) for site in sites}):
        yield cache


@contextmanager
def observe(model: nn.Module, functions: Mapping[str, Callable[[Tensor], Any]]) -> Iterator[None]:
    """Call `functions[site](activation)` in each forward pass; the result is ignored and nothing is stored.

    Raises:
        UserError: Unknown site, or layer out of range.
    """

    def unchanged(function: Callable[[Tensor], Any]) -> Function:
        def inner(value: Tensor) -> Tensor:
            function(value)
            return value

        return inner

    with patch(model, {site: unchanged(function) for site, function in functions.items()}):
        yield


@contextmanager
def patch(model: nn.Module, functions: Mapping[str, Function]) -> Iterator[None]:
    """Replace the activation at each site by `functions[site](activation)`, of the same shape, in each forward pass.

    A function must not change its argument in place.

    Raises:
        UserError: Unknown site, or layer out of range.
        ValueError: The model is compiled; or, in the forward pass, a function returned another shape.
    """
    if hasattr(model, "_orig_mod") or model._compiled_call_impl is not None:
        raise ValueError("a compiled model ignores hooks: open sites on the model it was compiled from, and run that")
    backbone = getattr(model, "backbone", model)
    points = [(_point(backbone, site), _same_shape(site, function)) for site, function in functions.items()]
    with ExitStack() as stack:
        for (module, attach, attention), function in points:
            stack.callback(attach(module, function).remove)
            if attention is not None:
                stack.enter_context(_unfused(attention))
        yield


Attach = Callable[[nn.Module, Function], RemovableHandle]


def _point(backbone: Any, site: str) -> tuple[nn.Module, Attach, nn.Module | None]:
    """Where and how to hook `site`, and the attention module that must run unfused for it, if any."""
    if site == "embed":
        return backbone.norm_pre, _on_output, None
    depth = len(backbone.blocks)
    match = re.fullmatch(r"block\.(\d+)\.(.+)", site)
    if match is None or match[2] not in BLOCK_SITES or int(match[1]) >= depth:
        raise UserError(
            f"unknown site '{site}'",
            remedy=f"sites are: embed; block.L.S with layer L in 0..{depth - 1} and S one of {', '.join(BLOCK_SITES)}",
        )
    block = backbone.blocks[int(match[1])]
    attention = block.attn
    points: dict[str, tuple[nn.Module, Attach]] = {
        "resid_pre": (block, _on_input),
        "resid_mid": (block.mid, _on_output),
        "resid_post": (block, _on_output),
        "attn.q": (attention.q_norm, _on_output),
        "attn.k": (attention.k_norm, _on_output),
        "attn.v": (attention.qkv, _on_values(attention.num_heads)),
        "attn.pattern": (attention.attn_drop, _on_output),
        "attn.head_out": (attention.norm, _on_heads(attention.num_heads)),
        "mlp.act": (block.mlp.act, _on_output),
        "mlp.out": (block.drop_path2, _on_output),
    }
    return (*points[match[2]], attention if match[2] == "attn.pattern" else None)


def _on_output(module: nn.Module, function: Function) -> RemovableHandle:
    return module.register_forward_hook(lambda _module, _args, output: function(output))


def _on_input(module: nn.Module, function: Function) -> RemovableHandle:
    return module.register_forward_pre_hook(lambda _module, args: (function(args[0]), *args[1:]))


def _on_values(heads: int) -> Attach:
    """The values are the last third of the fused projection's output [B, T, 3·H·d]."""

    def attach(qkv: nn.Module, function: Function) -> RemovableHandle:
        def hook(_module: nn.Module, _args: Any, output: Tensor) -> Tensor:
            queries, keys, values = output.chunk(3, dim=-1)
            old = _split(values, heads)
            new = function(old)
            return output if new is old else torch.cat([queries, keys, _join(new)], dim=-1)

        return qkv.register_forward_hook(hook)

    return attach


def _on_heads(heads: int) -> Attach:
    """The heads' outputs lie side by side, [B, T, H·d], on their way to the output projection."""

    def attach(module: nn.Module, function: Function) -> RemovableHandle:
        return module.register_forward_pre_hook(lambda _module, args: (_join(function(_split(args[0], heads))),))

    return attach


def _split(side_by_side: Tensor, heads: int) -> Tensor:
    """[B, T, H·d] → [B, H, T, d]."""
    return side_by_side.unflatten(-1, (heads, -1)).transpose(1, 2)


def _join(per_head: Tensor) -> Tensor:
    """[B, H, T, d] → [B, T, H·d]."""
    return per_head.transpose(1, 2).flatten(2)


def _same_shape(site: str, function: Function) -> Function:
    def checked(value: Tensor) -> Tensor:
        new = function(value)
        if new.shape != value.shape:
            raise ValueError(f"patch at '{site}' returned shape {tuple(new.shape)}, not {tuple(value.shape)}")
        return new

    return checked


@contextmanager
def _unfused(attention: Any) -> Iterator[None]:
    """Only the unfused path of timm's attention computes the weights as a tensor that a hook can see."""
    before = attention.fused_attn
    attention.fused_attn = False
    try:
        yield
    finally:
        attention.fused_attn = before
