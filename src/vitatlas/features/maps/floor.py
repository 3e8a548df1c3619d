"""The least value that the features of a layer can take."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import GELUTanh, QuickGELU

from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, patch, sites, until

REACH, STEP = 2.0, 1e-4
"""All non-linearities here have their minimum within this distance of 0."""

ROUNDS, FINER = 3, 8
"""How often a ramp is shown, each around the minimum of the one before and so many times finer."""

NON_LINEARITIES = (nn.ReLU, nn.ReLU6, nn.GELU, nn.SiLU, nn.Hardswish, GELUTanh, QuickGELU)


@torch.no_grad()
def least_activation(encoder: Encoder, layer: Layer) -> float:
    """The minimum of the layer's last non-linearity: -.1700 for GELU, -.1636 for quick-GELU, 0 for ReLU.

    A feed-forward layer is shown a ramp in place of its hidden units. Convolutional blocks, whose features may come
    behind a sum, get the least minimum of the network's non-linearities.
    """
    before = f"{layer.name}.mlp.pre"
    if before in sites(encoder):
        return _least_of_ramps(encoder, before, layer.activation)
    ramp = torch.arange(-REACH, REACH, STEP)
    found = [module(ramp.clone()).min() for module in encoder.modules() if isinstance(module, NON_LINEARITIES)]
    return float(min(found, default=0))


def _least_of_ramps(encoder: Encoder, before: str, after: str) -> float:
    """The minimum of what the network makes at site `after` of values at site `before`, each of its own."""
    device, side = next(encoder.parameters()).device, encoder.side
    images = torch.zeros(1, 3, side, side, dtype=torch.uint8, device=device)
    middle, reach = 0.0, REACH

    def ramp(units: Tensor) -> Tensor:
        line = torch.linspace(middle - reach, middle + reach, units.numel(), dtype=units.dtype, device=device)
        return line.view_as(units)

    for _ in range(ROUNDS):
        with patch(encoder, {before: ramp}):
            values = until(encoder, images, after)
        middle, reach = float(ramp(values).flatten()[values.argmin()]), reach / FINER
    return float(values.min())
