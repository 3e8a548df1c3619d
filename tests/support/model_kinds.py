"""Small vision transformers of the kinds in the zoo, with random weights that leave no part idle; and the zoo."""

from __future__ import annotations

from pathlib import Path

import torch

from vitatlas.config.load import load_zoo
from vitatlas.config.models import zoo_type
from vitatlas.models.build import Classifier
from vitatlas.relations.config.models import Geometries, Geometry, Network, RelationsModel
from vitatlas.relations.finetuning.build import build

ZOO_TYPE = zoo_type({"relations": (Geometries, RelationsModel)})
ZOO = load_zoo(Path(__file__).resolve().parents[2] / "config/models.yaml", ZOO_TYPE)
GEOMETRIES = {
    "plain": Geometry(canvas=32, patch=8, object=16, sprite=14),
    "clip": Geometry(canvas=32, patch=16, object=16, sprite=14),
    "dinov2": Geometry(canvas=42, patch=14, object=28, sprite=21),
    "registers": Geometry(canvas=32, patch=8, object=16, sprite=14),
}
_SMALL = {"embed_dim": 24, "depth": 3, "num_heads": 3}
_NETWORKS = {
    "plain": {"timm": "vit_tiny_patch16_224", "architecture": {"patch_size": 8, "mlp_ratio": 2, **_SMALL}},
    "clip": {"timm": "vit_base_patch16_clip_quickgelu_224", "architecture": _SMALL, "head_bias": False},
    "dinov2": {"timm": "vit_base_patch14_dinov2", "architecture": _SMALL, "readout": "cls+mean"},
    "registers": {
        "timm": "vit_tiny_patch16_224",
        "architecture": {
            **{"patch_size": 8, "reg_tokens": 2, "no_embed_class": True, "qk_norm": True, "scale_attn_norm": True},
            **_SMALL,
        },
    },
}
KINDS = tuple(_NETWORKS)


def network(kind: str, **changes: object) -> Network:
    """The network of a kind, with some keys changed."""
    values = {"origin": "none", "preprocessing": {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}}
    return Network.model_validate({**values, **_NETWORKS[kind], **changes})


def small_model(kind: str, seed: int = 0) -> Classifier:
    """A float64 model in eval mode: LayerScale, norms and biases are far from the values they start with."""
    model = build(network(kind), GEOMETRIES[kind], seed=seed).double().eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in model.parameters():
            value += 0.3 * torch.randn(value.shape, generator=generator, dtype=torch.float64)
    return model


def images(kind: str, count: int = 3) -> torch.Tensor:
    """Random images [count, 3, canvas, canvas] uint8."""
    side = GEOMETRIES[kind].canvas
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
