"""RepDecompose: the representation of a picture, exactly, as a sum of what heads, MLPs and convolutions write.

    of = Decomposer(encoder, start="block.7")
    z, parts = of(images)                       # [B, d], [B, components, d]: parts.sum(1) is z
    table(of.components)                        # one row per component
    token_shares(of, images, {3: direction})    # component 3 along a direction of z, by token

Families: timm's vision transformers (ViT, DeiT, DINO, DINOv2, CLIP's image towers), Swin, MaxViT.
"""

from __future__ import annotations

from vitatlas.components.decompose.check import error_of, require_exact
from vitatlas.components.decompose.component import BIAS, INIT, Component, table
from vitatlas.components.decompose.engine import Decomposer
from vitatlas.components.decompose.tokens import TokenShares, token_shares
from vitatlas.components.store.spec import Policy

__all__ = [
    "BIAS",
    "INIT",
    "Component",
    "Decomposer",
    "Policy",
    "TokenShares",
    "error_of",
    "require_exact",
    "table",
    "token_shares",
]
