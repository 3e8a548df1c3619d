"""One adapter per family of networks: its residual path, on unmodified modules of timm."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from vitatlas.components.decompose.families import maxvit, plain, swin
from vitatlas.components.decompose.path import Path
from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.encoder import Encoder

# isort: split
from timm.models.maxxvit import MaxxVit
from timm.models.swin_transformer import SwinTransformer
from timm.models.vision_transformer import VisionTransformer

FAMILIES: dict[type[nn.Module], Callable[[Encoder], Path]] = {
    VisionTransformer: plain.path,
    SwinTransformer: swin.path,
    MaxxVit: maxvit.path,
}


def residual_path(encoder: Encoder) -> Path:
    """The residual path of an encoder.

    Raises:
        UserError: It is of another family, or has a part on its residual path that is not linear.
    """
    for family, describe in FAMILIES.items():
        if isinstance(encoder.backbone, family):
            return describe(encoder)
    known = ", ".join(family.__name__ for family in FAMILIES)
    raise UserError(
        f"a decomposition is not defined for timm's {type(encoder.backbone).__name__}",
        where=f"architecture '{encoder.entry.timm}'",
        remedy=f"take a network of timm's {known}",
    )
