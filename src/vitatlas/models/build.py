"""From an entry of the zoo to a classifier: a timm vision transformer, its normalisation, a readout and a linear head.

Two classes (same, different) everywhere, as in Lepori et al. 2024, appendix A.
"""

from __future__ import annotations

import difflib
from typing import Any, TypeGuard

import timm
import torch
from timm.layers import Mlp, build_sincos2d_pos_embed
from timm.layers.attention import Attention
from timm.models.vision_transformer import Block, VisionTransformer
from torch import Tensor, nn

from vitatlas.config.models import Backbone, Geometry, Preprocessing
from vitatlas.errors import UserError

CLASSES = 2
HEAD_STD = 0.02  # as timm and the original ViT initialise a linear layer
SINCOS_SCALE = 0.5  # keeps the fixed pattern from drowning the patch embedding at width 64


class Normalise(nn.Module):
    """uint8 RGB in [0, 255] → float, (value / 255 - mean) / std per channel.

    The statistics are buffers outside the state dict: assign another `Normalise` to `classifier.normalise` to analyse
    a model with statistics it was not trained with.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, preprocessing: Preprocessing):
        super().__init__()
        for name in ("mean", "std"):
            values = torch.tensor(getattr(preprocessing, name)).view(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """[B, 3, H, W] uint8 → the same shape in the buffers' float type; TypeError for any other input type."""
        if images.dtype != torch.uint8:
            raise TypeError(f"images must be uint8, got {images.dtype}")
        return (images.to(self.mean.dtype) - 255 * self.mean) / (255 * self.std)


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


class Classifier(nn.Module):
    """A backbone with a linear readout.

    Attributes:
        normalise: uint8 images → the backbone's input.
        backbone: timm's VisionTransformer without a head; its blocks are `OpenBlock`s.
        readout: "cls" (class token) or "cls+mean" (class token and mean patch token, as DINOv2 is probed).
        head: Linear to the two classes.
    """

    def __init__(self, backbone: VisionTransformer, entry: Backbone):
        super().__init__()
        self.normalise = Normalise(entry.preprocessing)
        self.backbone = backbone
        self.readout = entry.readout
        features = backbone.embed_dim * (2 if entry.readout == "cls+mean" else 1)
        self.head = nn.Linear(features, CLASSES, bias=entry.head_bias)
        nn.init.trunc_normal_(self.head.weight, std=HEAD_STD)
        if self.head.bias is not None:
            nn.init.zeros_(self.head.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, 2] of images [B, 3, H, W] uint8; index 1 is "same"."""
        return self.classify(self.backbone.forward_features(self.normalise(images)))

    def classify(self, tokens: Tensor) -> Tensor:
        """Logits [B, 2] of final, normalised tokens [B, prefix + patches, width]."""
        features = tokens[:, 0]
        if self.readout == "cls+mean":
            features = torch.cat([features, tokens[:, self.prefix :].mean(dim=1)], dim=-1)
        return self.head(features)

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return len(self.backbone.blocks)

    @property
    def heads(self) -> int:
        """Attention heads per block."""
        first: Any = self.backbone.blocks[0]
        return first.attn.num_heads

    @property
    def width(self) -> int:
        """Length of a token vector."""
        return self.backbone.embed_dim

    @property
    def prefix(self) -> int:
        """Number of tokens before the patch tokens (class token, registers)."""
        return self.backbone.num_prefix_tokens

    @property
    def grid(self) -> int:
        """Patches per side."""
        return self.backbone.patch_embed.grid_size[0]


def build(entry: Backbone, geometry: Geometry, *, seed: int) -> Classifier:
    """A classifier with random weights that depend on `seed` and on nothing else; the global generator is left alone.

    The image size is the geometry's canvas. No file is read, nothing is downloaded.

    Raises:
        UserError: timm has no such architecture, or it is no plain ViT with a class token, or it rejects the entry's
            `architecture` arguments, or its patches are not the geometry's.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        backbone = _backbone(entry, geometry)
        if entry.position_init == "sincos2d":
            _set_sincos_positions(backbone)
        return Classifier(backbone, entry)


def _backbone(entry: Backbone, geometry: Geometry) -> VisionTransformer:
    where = f"timm architecture '{entry.timm}'"
    if "." in entry.timm or not timm.is_model(entry.timm):  # timm would accept a weights tag, and ignore it here
        near = difflib.get_close_matches(entry.timm, timm.list_models("vit_*"), n=4)
        raise UserError(
            f"timm {timm.__version__} has no architecture '{entry.timm}'",
            where=where,
            remedy=f"similar names: {', '.join(near) or 'none'}; weights tags (after a dot) belong in `hub`",
        )
    arguments = {"img_size": geometry.canvas, **entry.architecture}
    try:
        backbone = timm.create_model(entry.timm, pretrained=False, num_classes=0, **arguments)
    except (TypeError, AssertionError) as error:
        raise UserError(
            f"timm cannot build it with {arguments}: {error}", where=where, remedy="correct the key `architecture`"
        ) from error
    if not _is_plain(backbone):
        raise UserError(
            "not a plain vision transformer with a class token", where=where, remedy="choose another architecture"
        )
    _check_geometry(backbone, geometry, where)
    backbone.blocks = nn.Sequential(*[OpenBlock(block) for block in backbone.blocks])
    return backbone


def _is_plain(backbone: nn.Module) -> TypeGuard[VisionTransformer]:
    """Readout and sites are defined for timm's ViT: pre-norm blocks, plain attention and MLP, a class token."""
    return (
        type(backbone) is VisionTransformer
        and backbone.has_class_token
        and all(
            type(block) is Block and type(block.attn) is Attention and type(block.mlp) is Mlp
            for block in backbone.blocks.children()
        )
    )


def _check_geometry(backbone: VisionTransformer, geometry: Geometry, where: str) -> None:
    found = (*backbone.patch_embed.img_size, *backbone.patch_embed.patch_size)
    if found != (geometry.canvas, geometry.canvas, geometry.patch, geometry.patch):
        raise UserError(
            f"it takes {found[0]} px images in {found[2]} px patches, but its geometry has a canvas of "
            f"{geometry.canvas} px and patches of {geometry.patch} px",
            where=where,
            remedy="choose the geometry that fits, or set `architecture`",
        )


@torch.no_grad()
def _set_sincos_positions(backbone: VisionTransformer) -> None:
    """Start from 2-D sines and cosines (as in MAE); class and register tokens start at zero."""
    positions = backbone.pos_embed
    if positions is None:
        raise UserError("position_init 'sincos2d', but the architecture has no position embedding")
    grid = build_sincos2d_pos_embed(list(backbone.patch_embed.grid_size), dim=backbone.embed_dim)
    positions.zero_()
    positions[0, -len(grid) :] = SINCOS_SCALE * grid
