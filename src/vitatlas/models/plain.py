"""Plain vision transformers: those of timm whose blocks are opened here, and whose tokens mean what classifiers take
them for. What is none is told from its parts, with the reason and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from torch import Tensor, nn

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import LayerNorm, LayerNormFp32, Mlp, PatchEmbed, RmsNorm, RmsNormFp32, SimpleNorm, SimpleNormFp32
from timm.layers.attention import Attention
from timm.models.vision_transformer import Block, VisionTransformer

TOKEN_NORMS = (nn.LayerNorm, LayerNorm, LayerNormFp32, RmsNorm, RmsNormFp32, SimpleNorm, SimpleNormFp32)
"""Norms that act on each token alone. Others take the tokens for pixels or for channels."""

NORMS = ("norm", "norm_pre", "norm1", "norm2", "q_norm", "k_norm")
"""The names of norms in front of the head."""


class OpenBlock(nn.Module):
    """timm's pre-norm `Block` with a named point, `mid`, between its two halves.

    In timm's own class the residual stream after attention is a local variable, read by the MLP branch and by the
    skip connection past it. A hook can reach only the branch; a hook on `mid` reaches both. The parameters keep their
    names, the arithmetic is timm's.
    """

    norm1: nn.Module
    attn: nn.Module
    ls1: nn.Module
    drop_path1: nn.Module
    norm2: nn.Module
    mlp: nn.Module
    ls2: nn.Module
    drop_path2: nn.Module

    def __init__(self, block: nn.Module):
        super().__init__()
        for name, child in block.named_children():
            self.add_module(name, child)
        self.mid = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] → [B, T, D]."""
        x = self.mid(x + self.drop_path1(self.ls1(self.attn(self.norm1(x)))))
        return x + self.drop_path2(self.ls2(self.mlp(self.norm2(x))))


@dataclass(frozen=True)
class Obstacle:
    """One reason why a network is no plain vision transformer.

    Attributes:
        problem: What it is or does, in words.
        remedy: Arguments of `timm.create_model` that would change that; none if none would.
    """

    problem: str
    remedy: dict[str, Any] = field(default_factory=dict)


def open_blocks(backbone: nn.Module) -> None:
    """Open the blocks of timm's vision transformer, if all are pre-norm with plain attention and MLP."""
    if type(backbone) is VisionTransformer:
        blocks = list(backbone.blocks.children())
        if all(type(block) is Block and type(block.attn) is Attention and type(block.mlp) is Mlp for block in blocks):
            backbone.blocks = nn.Sequential(*[OpenBlock(block) for block in blocks])


def is_plain(backbone: nn.Module) -> TypeGuard[VisionTransformer]:
    """Whether classifiers are defined for it, and read what timm itself computes: it has no `obstacles`."""
    return not obstacles(backbone)


def obstacles(backbone: nn.Module) -> list[Obstacle]:
    """All reasons why a network, whose blocks `open_blocks` saw, is no plain vision transformer."""
    if type(backbone) is not VisionTransformer:
        return [Obstacle(f"it is timm's {type(backbone).__name__}")]
    return [*_of_input(backbone), *_of_blocks(backbone), *_of_tokens(backbone), *_of_head(backbone)]


def _of_input(vit: VisionTransformer) -> Iterator[Obstacle]:
    embedding = vit.patch_embed
    if type(embedding) is not PatchEmbed:
        made_by = type(embedding).__name__
        stem = f"a convolutional network stands in front of its blocks (timm's {made_by})"
        layer = f"its tokens are made by timm's {made_by}"
        what = stem if hasattr(embedding, "backbone") else layer
        yield Obstacle(f"{what}, so that a token holds more than its own patch of the picture")
        return
    image, patch = embedding.img_size, embedding.patch_size
    if image[0] != image[1] or patch[0] != patch[1]:
        sizes = f"{image[0]} × {image[1]} px, its patches {patch[0]} × {patch[1]} px"
        yield Obstacle(
            f"its images are {sizes}, and both must be square", {"img_size": image[0], "patch_size": patch[0]}
        )
    if vit.in_chans != 3:
        yield Obstacle(f"its images have {vit.in_chans} channels instead of 3", {"in_chans": 3})


def _of_blocks(vit: VisionTransformer) -> Iterator[Obstacle]:
    blocks: list[Any] = list(vit.blocks.children())
    if not blocks:
        yield Obstacle("it has no blocks", {"depth": 1})
    for block in blocks:
        if not isinstance(block, OpenBlock):
            parts = (block, getattr(block, "attn", None), getattr(block, "mlp", None))
            found = [type(part).__name__ for part in parts if part is not None]
            yield Obstacle(f"its blocks ({', '.join(found)}) are not of plain attention and MLP, one after the other")
            return


def _of_tokens(vit: VisionTransformer) -> Iterator[Obstacle]:
    if not vit.has_class_token:
        yield Obstacle("it has no class token", {"class_token": True})
    if not isinstance(vit.patch_drop, nn.Identity):
        problem = "training drops patches at random, and with them what they show (`patch_drop_rate`)"
        yield Obstacle(problem, {"patch_drop_rate": 0})
    tokens = [(name, module) for name, module in vit.named_modules() if ".backbone." not in name]
    norms = [module for name, module in tokens if name.rpartition(".")[2] in NORMS]
    strange = {type(norm).__name__ for norm in norms if type(norm) not in (*TOKEN_NORMS, nn.Identity)}
    if strange:
        remedy = {"norm_layer": "layernorm", "embed_norm_layer": None}
        yield Obstacle(f"its norms ({', '.join(sorted(strange))}) do not act on each token alone", remedy)


def _of_head(vit: VisionTransformer) -> Iterator[Obstacle]:
    """The head is left out, and with it all that it does to tokens before it classifies."""
    if vit.attn_pool is not None:
        yield Obstacle(f"its head pools tokens by attention (`global_pool: {vit.global_pool}`)", {"global_pool": ""})
    if not isinstance(vit.fc_norm, nn.Identity):
        why = f"`fc_norm`, with `global_pool: {vit.global_pool}`"
        yield Obstacle(f"its last norm is its head's ({why}), and tokens would be without", {"fc_norm": False})
    if vit.head_drop.p:
        yield Obstacle("its head drops features in training (`drop_rate`)", {"drop_rate": 0})
