"""Names of the parts of a vision transformer: those of the library transformers, and timm's.

For ViT, DeiT, DINOv2 with and without registers, and CLIP's image tower; of transformers 4, which nearly all published
files are of, and of transformers 5. Names are without what stands in front of the network's own (`vit.`, `dinov2.`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

BLOCK = re.compile(r"(?:encoder\.)?layers?\.(\d+)\.(.+)")

TOKENS = {
    "embeddings.cls_token": "cls_token",
    "embeddings.class_embedding": "cls_token",
    "embeddings.distillation_token": "dist_token",
    "embeddings.register_tokens": "reg_token",
    "embeddings.position_embeddings": "pos_embed",
    "embeddings.position_embedding.weight": "pos_embed",
}
PATCHES = {
    "embeddings.patch_embeddings.projection": "patch_embed.proj",
    "embeddings.patch_embedding": "patch_embed.proj",
}
NORMS = {
    "pre_layrnorm": "norm_pre",  # so in transformers
    "layernorm": "norm",
    "post_layernorm": "norm",
}
IN_BLOCK = {
    **dict.fromkeys(("layernorm_before", "layer_norm1", "norm1"), "norm1"),
    **dict.fromkeys(("layernorm_after", "layer_norm2", "norm2"), "norm2"),
    **dict.fromkeys(("attention.output.dense", "attention.o_proj", "self_attn.out_proj"), "attn.proj"),
    **dict.fromkeys(("intermediate.dense", "mlp.fc1", "mlp.weights_in"), "mlp.fc1"),
    **dict.fromkeys(("output.dense", "mlp.fc2", "mlp.weights_out", "mlp.down_proj"), "mlp.fc2"),
}
SCALES = {"layer_scale1.lambda1": "ls1.gamma", "layer_scale2.lambda1": "ls2.gamma"}
FUSED = {
    "attn.qkv": (
        ("attention.attention.query", "attention.q_proj", "self_attn.q_proj"),
        ("attention.attention.key", "attention.k_proj", "self_attn.k_proj"),
        ("attention.attention.value", "attention.v_proj", "self_attn.v_proj"),
    ),
    "mlp.fc1": (("mlp.gate_proj",), ("mlp.up_proj",)),
}
"""Layers of timm that hold several of transformers, one after the other."""

HEADS = {"classifier": "head", "cls_classifier": "head", "distillation_classifier": "head_dist"}
CLIP_HEADS = {"visual_projection": "head"}
"""A classifier on CLIP reads the mean over patches in front of the last norm, which timm's head does not."""

CLIP_MARK = "embeddings.class_embedding"
"""A name that CLIP's image tower alone has."""

BESIDE = ("embeddings.mask_token", "embeddings.position_ids", "pooler.dense.")
BESIDE_CLIP = ("text_model.", "text_projection.", "logit_scale")
"""Tensors that no analysis of the network needs: for training, for other outputs, and the text tower."""


@dataclass(frozen=True)
class Place:
    """Where a tensor goes.

    Attributes:
        key: timm's key.
        part: Which part of that tensor it is, along the first axis, from 0.
        parts: How many parts that has.
    """

    key: str
    part: int = 0
    parts: int = 1


def place_of(name: str) -> Place | None:
    """Where a tensor of the network goes; None of a name that is none of these."""
    if name in TOKENS:
        return Place(TOKENS[name])
    if found := BLOCK.fullmatch(name):
        return _in_block(f"blocks.{found[1]}", found[2])
    return renamed(name, {**PATCHES, **NORMS})


def renamed(name: str, layers: Mapping[str, str]) -> Place | None:
    """Where a weight or bias goes, by the name of its layer."""
    layer, _, leaf = name.rpartition(".")
    return Place(f"{layers[layer]}.{leaf}") if layer in layers and leaf in ("weight", "bias") else None


def _in_block(block: str, name: str) -> Place | None:
    if name in SCALES:
        return Place(f"{block}.{SCALES[name]}")
    layer, _, leaf = name.rpartition(".")
    for ours, parts in FUSED.items():
        for number, names in enumerate(parts):
            if layer in names and leaf in ("weight", "bias"):
                return Place(f"{block}.{ours}.{leaf}", number, len(parts))
    found = renamed(name, IN_BLOCK)
    return found and Place(f"{block}.{found.key}")
