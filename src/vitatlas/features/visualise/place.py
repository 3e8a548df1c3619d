"""The place in a network whose units are visualised: one site of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import layers, patches, until

WHERE = "features of the set"


@dataclass(frozen=True)
class Place:
    """One site of one layer.

    Attributes:
        encoder: In evaluation mode.
        site: The full name of the site.
        patches: Patches per picture there.
        width: Units there.
    """

    encoder: Encoder
    site: str
    patches: int
    width: int

    def means(self, pixels: Tensor, units: Tensor, device: Device) -> Tensor:
        """The mean over patches of a unit's activation [N]; prefix tokens have no part in it.

        Nothing behind the site runs, and the gradient is that of the full pass.

        Args:
            pixels: [N, 3, S, S], in [0, 1]; augmented ones may leave that range.
            units: The unit of each picture, integers [N].
            device: Whose arithmetic the network runs in.
        """
        maps = activations(self.encoder, self.site, pixels, device).flatten(1, 2)
        chosen = maps.gather(2, units[:, None, None].expand(-1, maps.shape[1], 1))
        return chosen.to(pixels.dtype).mean(dim=(1, 2))


def standardised(encoder: Encoder, pixels: Tensor) -> Tensor:
    """The input of the encoder's backbone for pixels in [0, 1]: what `encoder.normalise` makes of uint8 pictures."""
    return (pixels - encoder.normalise.mean) / encoder.normalise.std


def activations(encoder: Encoder, site: str, pixels: Tensor, device: Device) -> Tensor:
    """The activations of all units at a site [N, rows, columns, M]."""
    with device.autocast():
        found = until(encoder.backbone, standardised(encoder, pixels), site)
    return patches(encoder.backbone, site, found, encoder.side)


@torch.no_grad()
def place_of(encoder: Encoder, layer: int, site: str, device: Device) -> Place:
    """A place, found and measured with one grey picture.

    Args:
        encoder: In evaluation mode, on its device.
        layer: Its number.
        site: The end of the site's name.
        device: Whose arithmetic the network runs in.

    Raises:
        UserError: The network has no such layer, or the layer no such site, or the site no patches.
    """
    known = layers(encoder.backbone, encoder.side)
    if not 0 <= layer < len(known):
        raise UserError(
            f"there is no layer {layer}", where=WHERE, remedy=f"layers of this network are 0 to {len(known) - 1}"
        )
    name = f"{known[layer].name}.{site}"
    grey = encoder.normalise.mean.new_full((1, 3, encoder.side, encoder.side), 0.5)
    found = activations(encoder, name, grey, device)
    return Place(encoder, name, found.shape[1] * found.shape[2], found.shape[3])
