"""One adapter per family of networks: which parts it has, and where their sites are in timm's modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.coat import CoaT
from timm.models.convit import ConVit
from timm.models.densenet import DenseNet
from timm.models.efficientnet import EfficientNet
from timm.models.maxxvit import MaxxVit
from timm.models.mobilenetv3 import MobileNetV3
from timm.models.pit import PoolingVisionTransformer
from timm.models.resnet import ResNet
from timm.models.swin_transformer import SwinTransformer
from timm.models.twins import Twins
from timm.models.vision_transformer import VisionTransformer

from vitatlas.models.sites.families import (
    coat,
    convit,
    densenet,
    maxvit,
    mobilenet,
    pit,
    plain,
    resnet,
    swin,
    twins,
)
from vitatlas.models.sites.layouts import Grid
from vitatlas.models.sites.unit import Unit

FAMILIES: dict[type[nn.Module], Callable[[Any, Grid | None], list[Unit]]] = {
    VisionTransformer: plain.units,
    CoaT: coat.units,
    ConVit: convit.units,
    PoolingVisionTransformer: pit.units,
    SwinTransformer: swin.units,
    Twins: twins.units,
    MaxxVit: maxvit.units,
    ResNet: resnet.units,
    DenseNet: densenet.units,
    EfficientNet: mobilenet.units,
    MobileNetV3: mobilenet.units,
}


def units(model: nn.Module, image: int | Grid | None = None) -> list[Unit]:
    """All parts of a network that have sites, in forward order behind the network as a whole.

    Args:
        model: A network of timm, or one that holds it as `backbone`.
        image: Sides of the pictures in pixels, for networks that take pictures of any size.

    Raises:
        UserError: The network is of no family that is known, or has a part that is not.
    """
    backbone = getattr(model, "backbone", model)
    size = (image, image) if isinstance(image, int) else image
    for family, describe in FAMILIES.items():
        if isinstance(backbone, family):
            return describe(backbone, size)
    known = ", ".join(family.__name__ for family in FAMILIES)
    problem = f"sites are not defined for {type(backbone).__name__}"
    raise UserError(problem, remedy=f"take a network of timm's {known}")
