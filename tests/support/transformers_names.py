"""Networks of timm's as the library transformers would write them: its names, its shapes, what it has beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import torch
from encoder_kinds import encoder_entry, stirred
from torch import Tensor

from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import Encoder, build_encoder

VIT4 = {
    "norm1": "layernorm_before",
    "norm2": "layernorm_after",
    "attn.qkv": ("attention.attention.query", "attention.attention.key", "attention.attention.value"),
    "attn.proj": "attention.output.dense",
    "mlp.fc1": "intermediate.dense",
    "mlp.fc2": "output.dense",
}
VIT5 = {
    **VIT4,
    "attn.qkv": ("attention.q_proj", "attention.k_proj", "attention.v_proj"),
    "attn.proj": "attention.o_proj",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}
DINO4 = {**VIT4, **{name: name for name in ("norm1", "norm2", "mlp.fc1", "mlp.fc2")}}
GATED4 = {**DINO4, "mlp.fc1": "mlp.weights_in", "mlp.fc2": "mlp.weights_out"}
GATED5 = {**VIT5, "norm1": "norm1", "norm2": "norm2"} | {
    "mlp.fc1": ("mlp.gate_proj", "mlp.up_proj"),
    "mlp.fc2": "mlp.down_proj",
}
CLIP = {
    "norm1": "layer_norm1",
    "norm2": "layer_norm2",
    "attn.qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attn.proj": "self_attn.out_proj",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}
OUTSIDE = {
    "cls_token": "embeddings.cls_token",
    "dist_token": "embeddings.distillation_token",
    "reg_token": "embeddings.register_tokens",
    "pos_embed": "embeddings.position_embeddings",
    "patch_embed.proj": "embeddings.patch_embeddings.projection",
    "norm": "layernorm",
}
OUTSIDE_CLIP = {
    "cls_token": "embeddings.class_embedding",
    "pos_embed": "embeddings.position_embedding.weight",
    "patch_embed.proj": "embeddings.patch_embedding",
    "norm_pre": "pre_layrnorm",
    "norm": "post_layernorm",
}
KINDS: dict[str, tuple[str, str, str, dict[str, Any], dict[str, str]]] = {
    "vit": ("vit", "vit.", "encoder.layer", VIT4, {"head": "classifier"}),
    "vit_of_5": ("vit", "model.vit.", "layers", VIT5, {"head": "model.classifier"}),
    "deit": (
        *("deit_distilled", "deit.", "encoder.layer", VIT4),
        {"head": "cls_classifier", "head_dist": "distillation_classifier"},
    ),
    "dinov2": ("dinov2", "", "encoder.layer", DINO4, {}),
    "registers": ("dinov2_registers", "backbone.", "encoder.layer", DINO4, {}),
    "gated": ("gated", "dinov2.", "encoder.layer", GATED4, {}),
    "gated_of_5": ("gated", "", "encoder.layer", GATED5, {}),
    "clip": ("clip_quickgelu", "vision_model.", "encoder.layers", CLIP, {"head": "visual_projection"}),
}
"""By kind: that of the network, what stands in front of its names and of blocks, names in a block, and heads."""

_GATED = {"embed_dim": 24, "depth": 2, "num_heads": 2, "mlp_ratio": 16 / 3}


def network(kind: str) -> Encoder:
    """The network of a kind, every weight random."""
    found = stirred(build_encoder(entry(kind), seed=0))
    assert isinstance(found, Encoder)
    with torch.no_grad():
        if kind == "clip":
            found.backbone.head.bias.zero_()
    return found


def entry(kind: str) -> EncoderEntry:
    """The entry of a kind's network."""
    if KINDS[kind][0] != "gated":
        return encoder_entry(KINDS[kind][0])
    given = encoder_entry("dinov2").model_dump()
    return EncoderEntry.model_validate({**given, "timm": "vit_giant_patch14_dinov2", "architecture": _GATED})


def as_transformers(kind: str, encoder: Encoder) -> dict[str, Tensor]:
    """The weights of a network with the names and shapes of transformers."""
    _, prefix, blocks, inside, heads = KINDS[kind]
    outside = OUTSIDE_CLIP if kind == "clip" else OUTSIDE
    state = dict(encoder.backbone.state_dict())
    if encoder.backbone.no_embed_class:  # transformers has an embedding for the class token's position
        first = torch.full_like(state["cls_token"], 0.25)
        state["cls_token"] = state["cls_token"] - first
        state["pos_embed"] = torch.cat([first, state["pos_embed"]], dim=1)
    if kind == "clip":
        state["cls_token"], state["pos_embed"] = state["cls_token"].flatten(), state["pos_embed"][0]
        del state["head.bias"]
    found: dict[str, Tensor] = {}
    for key, value in state.items():
        for name, part in _named(key, value, blocks, inside, outside):
            found[prefix + name] = part
        layer, _, leaf = key.rpartition(".")
        if layer in heads:
            found[f"{heads[layer]}.{leaf}"] = value
    return found


def _named(
    key: str, value: Tensor, blocks: str, inside: dict[str, Any], outside: dict[str, str]
) -> Iterator[tuple[str, Tensor]]:
    block = re.fullmatch(r"blocks\.(\d+)\.(.+)\.(\w+)", key)
    if block is None:
        layer, _, leaf = key.rpartition(".")
        if key in outside:
            yield outside[key], value
        elif layer in outside:
            yield f"{outside[layer]}.{leaf}", value
        return
    number, layer, leaf = block.groups()
    if leaf == "gamma":
        yield f"{blocks}.{number}.layer_scale{layer[-1]}.lambda1", value
        return
    names = inside[layer] if isinstance(inside[layer], tuple) else (inside[layer],)
    for name, part in zip(names, value.chunk(len(names)), strict=True):
        yield f"{blocks}.{number}.{name}.{leaf}", part.clone()
