"""Small encoders of all families and variants that can be decomposed, with weights that hide no error.

Fresh networks have biases of 0 and norms of gain 1, in which a lost bias does not show: here they are random.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from encoder_kinds import STATISTICS, pictures
from torch import Tensor

from vitatlas.components.decompose import Component, Decomposer
from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import Encoder, build_encoder

# isort: split
from timm.layers.attention import Attention

_SIZES = {"embed_dim": 24, "depth": 3, "num_heads": 3}
_VIT = {"patch_size": 8, **_SIZES}
_SWIN = {"embed_dim": 16, "depths": [2, 2], "num_heads": [1, 2], "window_size": 4}
_MAXVIT = {"embed_dim": [32, 64], "depths": [1, 2], "block_type": ["M", "M"], "stem_width": 8}
_TF = {**_MAXVIT, "head_hidden_size": 32, "transformer_window_size": [4, 4]}
_RW = {**_MAXVIT, "transformer_window_size": [4, 4]}
_CLASSES = {"image": 32, "classes": 7}
_CLIP = {"image": 32, "projection": 10, "readout": "projected"}
_DINOV2 = {"image": 28, "readout": "cls"}
_MAP = {"image": 32, "classes": 5}

_VITS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "vit": ("vit_tiny_patch16_224", _VIT, _CLASSES),
    "deit": ("deit_tiny_patch16_224", _VIT, {**_CLASSES, "readout": "cls"}),
    "distilled": ("deit_tiny_distilled_patch16_224", _VIT, _CLASSES),
    "distilled-cls": ("deit_tiny_distilled_patch16_224", _VIT, {**_CLASSES, "readout": "cls"}),
    "clip": ("vit_base_patch16_clip_224", _SIZES, _CLIP),
    "clip-quickgelu": ("vit_base_patch16_clip_quickgelu_224", _SIZES, _CLIP),
    "dino": ("vit_tiny_patch16_224", _VIT, {"image": 32, "readout": "cls"}),
    "dinov2": ("vit_small_patch14_dinov2", _SIZES, _DINOV2),
    "dinov2-registers": ("vit_small_patch14_reg4_dinov2", _SIZES, {**_DINOV2, "readout": "mean"}),
    "dinov2-gated-mlp": ("vit_giant_patch14_dinov2", {**_SIZES, "patch_size": 14}, _DINOV2),
    "avg": ("vit_tiny_patch16_224", {**_VIT, "global_pool": "avg"}, _CLASSES),
    "avg-norm-first": ("vit_tiny_patch16_224", {**_VIT, "global_pool": "avg", "fc_norm": False}, _CLASSES),
    "avg-with-prefix": ("vit_tiny_patch16_224", {**_VIT, "global_pool": "avg", "pool_include_prefix": True}, _CLASSES),
    "token-fc-norm": ("vit_tiny_patch16_224", {**_VIT, "fc_norm": True}, _CLASSES),
    "qk-norm": ("vit_tiny_patch16_224", {**_VIT, "qk_norm": True}, _CLASSES),
    "scale-norm": ("vit_tiny_patch16_224", {**_VIT, "scale_attn_norm": True, "scale_mlp_norm": True}, _CLASSES),
    "gated": ("vit_tiny_patch16_224", _VIT, _CLASSES),
    "no-qkv-bias": ("vit_tiny_patch16_224", {**_VIT, "qkv_bias": False}, _CLASSES),
    "no-proj-bias": ("vit_tiny_patch16_224", {**_VIT, "proj_bias": False, "init_values": 1.0}, _CLASSES),
    "no-class-token": (
        "vit_tiny_patch16_224",
        {**_VIT, "class_token": False, "global_pool": "avg", "fc_norm": False},
        {"image": 32, "readout": "mean"},
    ),
    "no-last-norm": ("vit_tiny_patch16_224", {**_VIT, "final_norm": False}, _CLASSES),
}
_SWINS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "swin": ("swin_tiny_patch4_window7_224", _SWIN, {**_MAP, "readout": "mean"}),
    "swin-padded": (
        "swin_tiny_patch4_window7_224",
        {**_SWIN, "embed_dim": 8, "depths": [2, 2, 1], "num_heads": [1, 2, 4]},
        {**_MAP, "image": 36},
    ),
    "swin-oblong-windows": ("swin_tiny_patch4_window7_224", {**_SWIN, "window_size": [4, 3]}, _MAP),
    "swin-always-cut": (
        "swin_tiny_patch4_window7_224",
        {**_SWIN, "always_partition": True},
        {"image": 20, "readout": "mean"},
    ),
}
_MAXVITS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "maxvit": ("maxvit_tiny_tf_224", _TF, {**_MAP, "readout": "mean"}),
    "maxvit-layer-scale": (
        "maxvit_tiny_tf_224",
        {**_TF, "transformer_init_values": 1.0},
        {"image": 32, "readout": "mean"},
    ),
    "maxvit-rw": ("maxvit_nano_rw_256", _RW, _MAP),
    "maxvit-rmlp": ("maxvit_rmlp_nano_rw_256", _RW, {**_MAP, "readout": "mean"}),
    "maxvit-grid-only": (
        "maxvit_tiny_tf_224",
        {**_TF, "transformer_no_block_attn": True},
        {**_MAP, "readout": "mean"},
    ),
    "maxvit-overlapping-pools": (
        "maxvit_nano_rw_256",
        {**_RW, "embed_dim": [32, 32], "stem_width": 32, "conv_pool_type": "avg"},
        _MAP,
    ),
}
_KINDS = _VITS | _SWINS | _MAXVITS
VITS, SWINS, MAXVITS = tuple(_VITS), tuple(_SWINS), tuple(_MAXVITS)
KINDS = tuple(_KINDS)
UNSPLIT = ("scale-norm", "gated")
"""Kinds whose heads cannot be split over tokens."""
SPLIT = tuple(kind for kind in KINDS if kind not in UNSPLIT)
POLICIES = ("separate", "own", "uniform")


def entry(kind: str, **architecture: Any) -> EncoderEntry:
    """The entry of a kind, with some arguments of its architecture changed."""
    name, arguments, settings = _KINDS[kind]
    described = {"timm": name, "architecture": arguments | architecture, "origin": "none"}
    return EncoderEntry.model_validate({**described, "preprocessing": STATISTICS, "encoder": settings})


def encoder(kind: str, *, seed: int = 0, dtype: torch.dtype = torch.float64, **architecture: Any) -> Encoder:
    """An encoder of a kind, in evaluation mode, to be changed at will."""
    built = build_encoder(entry(kind, **architecture), seed=seed)
    if kind == "gated":
        _gate(built)
    return randomised(built.double(), seed).to(dtype)


@cache
def shared(kind: str, dtype: torch.dtype = torch.float64) -> Encoder:
    """The same for all who ask, not to be changed."""
    return encoder(kind, dtype=dtype)


def randomised(network: Any, seed: int) -> Any:
    """The network in evaluation mode: embeddings, tables, norms, biases and running statistics moved by noise of std
    .1, and matrices so large that each layer writes about as much as the stream holds."""
    generator = torch.Generator().manual_seed(seed)

    def noise(value: Tensor) -> Tensor:
        return torch.randn(value.shape, generator=generator, dtype=torch.float64).to(value)

    with torch.no_grad():
        for name, value in network.named_parameters():
            if value.ndim < 2 or any(part in name for part in ("pos_embed", "token", "bias_table")):
                value += 0.1 * noise(value)
            else:
                value.copy_(noise(value) / value[0].numel() ** 0.5)
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                value += 0.1 * noise(value)
            if name.endswith("running_var"):
                value *= (0.1 * noise(value)).exp()
    return network.eval()


def images_of(of: Encoder, count: int = 2) -> Tensor:
    """Random pictures [count, 3, side, side] uint8."""
    return pictures(of.side, count)


def starts(of: Encoder) -> list[str]:
    """All blocks that a decomposition can begin with."""
    return [part.name for part in Decomposer(of).path.parts]


def half_of(network: Any, part: str) -> Any:
    """timm's module with `attn` and `mlp`, by the name of its part of the network, `block.1` or `stage.0.block.0.grid`;
    of a MaxViT block as a whole, the block."""
    kind, *words = part.split(".")
    if kind == "block":
        return network.blocks[int(words[0])]
    stages = network.layers if hasattr(network, "layers") else network.stages
    block = stages[int(words[0])].blocks[int(words[2])]
    return {"window": block.attn_block, "grid": block.attn_grid}[words[3]] if len(words) > 3 else block


def part_of(component: Component) -> str:
    """The name of the part of the network that a component's layer is in."""
    return component.name.removesuffix(f".head.{component.head}").removesuffix(f".{component.kind}")


def heads_of(of: Decomposer) -> dict[str, list[int]]:
    """The numbers of heads, by the part of the network that their attention is in."""
    found: dict[str, list[int]] = {}
    for number, component in enumerate(of.components):
        if component.kind == "head":
            found.setdefault(part_of(component), []).append(number)
    return found


def relative(difference: Tensor, whole: Tensor) -> float:
    """The largest length of a difference, as a share of the length of what it should be [B, …]."""
    return float((difference.flatten(1).norm(dim=1) / whole.flatten(1).norm(dim=1)).max())


def direction(of: Encoder, seed: int = 0) -> Tensor:
    """A random direction of z [d]."""
    return torch.randn(of.width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _gate(of: Encoder) -> None:
    for block in of.backbone.blocks:
        block.attn = Attention(of.width, num_heads=block.attn.num_heads, qkv_bias=True, gated=True)
