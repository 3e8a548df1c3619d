"""The sites that pre-norm transformer blocks of all families have in common."""

from __future__ import annotations

from typing import Any

from torch import nn

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import Mlp

from vitatlas.models.sites.layouts import Layout
from vitatlas.models.sites.norms import BATCH, KNOWN, Statistic, mean, scale
from vitatlas.models.sites.taps import Between, Input, Output, Tap, Within
from vitatlas.models.sites.unit import Site, Sites
from vitatlas.models.sites.views import heads


def prenorm(
    block: Any, attention: Sites, layout: Layout, *, second: Layout | None = None, adds: tuple[Tap, Tap] | None = None
) -> Sites:
    """x + attn(norm1(x)), then x + mlp(norm2(x)).

    Args:
        block: A block with `norm1`, `norm2` and `mlp`.
        attention: The sites of its attention.
        layout: Of the residual stream.
        second: Of the residual stream in the feed-forward half, where it is another.
        adds: What attention and feed-forward layer add to the stream; by default `drop_path1` and `drop_path2`.
    """
    second = second or layout
    attn_out, mlp_out = adds or (Output(block.drop_path1), Output(block.drop_path2))
    return {
        "resid_pre": Site(Input(block), layout),
        **norm("norm1", block.norm1, layout),
        "attn.in": Site(Output(block.norm1), layout),
        **attention,
        "attn.out": Site(attn_out, layout),
        "resid_mid": Site(Between(Input(block.norm2), Output(block)), second),
        **norm("norm2", block.norm2, second),
        **feed_forward(block.mlp, second),
        "mlp.out": Site(mlp_out, second),
        "resid_post": Site(Output(block), layout),
    }


def by_one_drop_path(block: Any) -> tuple[Tap, Tap]:
    """The additions to the stream of a block with one `drop_path` for attention and for the feed-forward layer."""
    return Within(block, 0, Output(block.drop_path)), Within(block, 1, Output(block.drop_path))


def norm(name: str, module: nn.Module, layout: Layout | None) -> Sites:
    """The statistics of a norm; none of one that is unknown, or of no norm."""
    if not isinstance(module, KNOWN):
        return {}
    layout = None if isinstance(module, BATCH) else layout
    return {
        f"{name}.mean": Site(Statistic(module, mean), layout, patchable=False),
        f"{name}.scale": Site(Statistic(module, scale), layout, patchable=False),
    }


def feed_forward(mlp: Any, layout: Layout) -> Sites:
    """Hidden units before and after the non-linearity; none of a gated layer, whose hidden units are products."""
    if not isinstance(mlp, Mlp):
        return {}
    return {"mlp.pre": Site(Output(mlp.fc1), layout), "mlp.act": Site(Output(mlp.act), layout)}


def fused_projection(attention: Any, layout: Layout, *, token_dims: int = 1, head_first: bool = False) -> Sites:
    """Queries, keys and values of a projection `qkv` that computes all three."""
    return {
        f"attn.{name}": Site(
            Output(
                attention.qkv,
                heads(attention.num_heads, chunk=chunk, chunks=3, token_dims=token_dims, head_first=head_first),
            ),
            layout,
        )
        for chunk, name in enumerate("qkv")
    }


def head_out(attention: Any, layout: Layout, *, into: nn.Module | None = None, token_dims: int = 1) -> Sites:
    """The heads' outputs on their way into the output projection, or `into` what lies before it."""
    view = heads(attention.num_heads, token_dims=token_dims)
    return {"attn.head_out": Site(Input(into or attention.proj, view), layout)}
