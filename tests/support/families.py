"""Small networks of several families that timm has, of which one paper or another uses only some."""

from __future__ import annotations

from vitatlas.config.models import Backbone

IMAGE = 32
"""Side of the images they are built for, in pixels."""

FAMILIES = {
    "vit": {"timm": "test_vit"},
    "vit_without_class_token": {
        "timm": "vit_base_patch16_gap_224",
        "architecture": {"embed_dim": 24, "depth": 1, "num_heads": 3},
    },
    "resnet": {"timm": "test_resnet"},
    "efficientnet": {"timm": "test_efficientnet"},
    "convnext": {"timm": "convnext_atto", "architecture": {"depths": [1, 1, 1, 1], "dims": [8, 8, 16, 16]}},
    "swin": {
        "timm": "swin_tiny_patch4_window7_224",
        "architecture": {"embed_dim": 24, "depths": [1, 1], "num_heads": [1, 2], "window_size": 4},
    },
    "maxvit": {
        "timm": "maxvit_rmlp_pico_rw_256",
        "architecture": {"embed_dim": [32, 32, 32, 32], "depths": [1, 1, 1, 1]},
    },
}


def family(name: str) -> Backbone:
    """The backbone of a family."""
    statistics = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
    return Backbone.model_validate({"origin": "none", "preprocessing": statistics, **FAMILIES[name]})
