"""Options of timm's vision transformer: those that a plain one can have, and the others with words of their refusal."""

from __future__ import annotations

from typing import Any

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"global_pool": ""},
    {"global_pool": "avg", "fc_norm": False},
    {"global_pool": "avgmax", "fc_norm": False},
    {"global_pool": "max", "fc_norm": False, "pool_include_prefix": True},
    {"no_embed_class": True},
    {"reg_tokens": 3},
    {"reg_tokens": 3, "no_embed_class": True},
    {"pos_embed": "none"},
    {"pos_embed": "none", "reg_tokens": 2, "dynamic_img_size": True},
    {"pre_norm": True},
    {"final_norm": False},
    {"qkv_bias": False},
    {"proj_bias": False},
    {"qk_norm": True},
    {"scale_attn_norm": True},
    {"scale_mlp_norm": True},
    {"init_values": 0.1},
    {"mlp_ratio": 2.5},
    {"num_heads": 3},
    {"drop_path_rate": 0.5},
    {"pos_drop_rate": 0.5},
    {"proj_drop_rate": 0.5},
    {"attn_drop_rate": 0.5},
    {"dynamic_img_size": True},
    {"dynamic_img_size": True, "dynamic_img_pad": True},
    {"act_layer": "silu"},
    {"act_layer": "quick_gelu"},
    {"act_layer": "prelu"},
    {"attn_layer": "attn"},
    {"norm_layer": "layernorm"},
    {"norm_layer": "layernormfp32", "qk_norm": True},
    {"norm_layer": "rmsnorm", "pre_norm": True},
    {"norm_layer": "rmsnormfp32", "scale_attn_norm": True},
    {"norm_layer": "simplenorm", "scale_mlp_norm": True},
    {"embed_norm_layer": "layernorm"},
    {"weight_init": "jax"},
    {"weight_init": "moco"},
    {"weight_init": "reset"},
    {"fix_init": True},
]
"""Each on its own."""

CHANGEABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"global_pool": "avg"}, ["last norm", "fc_norm: false"]),
    ({"global_pool": "avgmax"}, ["last norm", "fc_norm: false"]),
    ({"global_pool": "max"}, ["last norm", "fc_norm: false"]),
    ({"fc_norm": True}, ["last norm", "fc_norm: false"]),
    ({"global_pool": "map"}, ["attention", 'global_pool: ""']),
    ({"global_pool": "prr"}, ["attention", 'global_pool: ""']),
    ({"global_pool": "avg", "class_token": False}, ["no class token", "class_token: true", "fc_norm: false"]),
    ({"global_pool": "", "class_token": False, "reg_tokens": 1}, ["no class token", "class_token: true"]),
    ({"patch_drop_rate": 0.5}, ["drops patches at random", "patch_drop_rate: 0"]),
    ({"drop_rate": 0.5}, ["head drops features", "drop_rate: 0"]),
    ({"in_chans": 1}, ["1 channels", "in_chans: 3"]),
    ({"norm_layer": "batchnorm2d"}, ["BatchNorm2d", "norm_layer"]),
    ({"norm_layer": "batchnorm1d"}, ["BatchNorm1d", "norm_layer"]),
    ({"norm_layer": "groupnorm"}, ["GroupNorm", "norm_layer"]),
    ({"norm_layer": "layernorm2d"}, ["LayerNorm2d", "norm_layer"]),
    ({"norm_layer": "rmsnorm2d"}, ["RmsNorm2d", "norm_layer"]),
    ({"embed_norm_layer": "batchnorm2d"}, ["BatchNorm2d", "embed_norm_layer: null"]),
    ({"img_size": [32, 48]}, ["32 × 48 px", "must be square", "img_size: 32"]),
    ({"patch_size": [8, 4]}, ["8 × 4 px", "must be square", "patch_size: 8"]),
    ({"img_size": [32, 48], "patch_size": [8, 12]}, ["32 × 48 px", "8 × 12 px", "must be square"]),
]
"""Refused, with what to set instead."""

UNCHANGEABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"attn_layer": "diff"}, ["DiffAttention", "another architecture"]),
    ({"use_naflex": True}, ["NaFlexVit", "another architecture"]),
]
"""Refused because they make another kind of network."""

UNBUILDABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"weight_init": "skip"}, ["`weight_init: skip`", "leave out"]),
    ({"weight_init": "jax_nlhb"}, ["jax_nlhb", "`architecture`"]),
    ({"checkpoint_path": "weights.pt"}, ["`checkpoint_path`", "take it out"]),
    ({"pretrained": True}, ["`pretrained`", "take it out"]),
    ({"num_classes": 7}, ["`num_classes`", "take it out"]),
    ({"attn_layer": "rope"}, ["rope", "`architecture`"]),
    ({"pos_embed": "rope"}, ["assert pos_embed in", "`architecture`"]),
    ({"block_fn": "ParallelScalingBlock"}, ["ParallelScalingBlock", "`architecture`"]),
    ({"mlp_layer": "swiglu"}, ["swiglu", "`architecture`"]),
    ({"class_token": False}, ["Token pooling needs the class token", "`architecture`"]),
]
"""Refused before there is a network."""

UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    ({"norm_layer": "layrnorm"}, ["architecture.norm_layer", "layrnorm", "layernorm"]),
    ({"act_layer": "gel"}, ["architecture.act_layer", "'gel'", "gelu"]),
    ({"embed_dim": -96}, ["architecture.embed_dim", "-96"]),
    ({"num_heads": 0}, ["architecture.num_heads", "0"]),
    ({"depth": 0}, ["architecture.depth", "0"]),
]
"""Refused by the entry itself."""
