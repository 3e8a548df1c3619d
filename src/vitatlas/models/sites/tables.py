"""The sites and layers of a network, and where patches lie in an activation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites.contexts import read
from vitatlas.models.sites.families import units
from vitatlas.models.sites.find import find
from vitatlas.models.sites.layouts import Grid


@dataclass(frozen=True)
class Layer:
    """One call of a feed-forward layer; in a CNN, one residual block or dense layer.

    Attributes:
        index: Its number in forward order, from 0.
        stage, block: Its numbers in the network; plain networks have stage 0 alone.
        grid: Rows and columns of its patches; None if neither the model nor the caller says.
        prefix: Number of tokens before the patches.
        name: The beginning of the names of its sites.
        activation: The full name of the site behind its (last) non-linearity.
    """

    index: int
    stage: int
    block: int
    grid: Grid | None
    prefix: int
    name: str
    activation: str


def sites(model: nn.Module) -> list[str]:
    """The names of all sites of a network.

    Raises:
        UserError: It is of no family that is known, or has a part that is not.
    """
    return [part.full(end) for part in units(model) for end in part.sites()]


def layers(model: nn.Module, image: int | Grid | None = None) -> list[Layer]:
    """The feed-forward calls of a network in forward order; the blocks of a CNN.

    Args:
        model: A network of timm, or one that holds it as `backbone`.
        image: Sides of the pictures in pixels, for networks that take pictures of any size. By default those that
            the network or its weights were made for.

    Raises:
        UserError: As `sites`.
    """
    parts = [(part, part.activation) for part in units(model, image) if part.activation is not None]
    return [
        Layer(index, part.stage, part.block, part.grid, part.prefix, part.name, part.full(feature))
        for index, (part, feature) in enumerate(parts)
    ]


def patches(model: nn.Module, site: str, activation: Tensor, image: int | Grid | None = None) -> Tensor:
    """The patches of an activation in true places, [B, rows, columns, D]; heads joined, windows put back.

    Rows and columns are those that the model states. Where it states none, or the picture was of another size, they
    are ⌊√T⌋ and the last ⌊√T⌋² tokens are the patches.

    Args:
        model: A network of timm, or one that holds it as `backbone`.
        site: The name of the site.
        activation: What `read` gave at the site.
        image: As in `layers`.

    Raises:
        UserError: The site is unknown or its activation is not of patches; or it has another number of them.
    """
    [(part, found)] = find(model, [site], image)
    if found.layout is None:
        raise UserError(f"the activation at site '{site}' does not lie on the grid of patches")
    return found.layout.patches(activation, part.grid, part.prefix)


@torch.no_grad()
def check_sites(model: nn.Module, images: Tensor) -> dict[str, tuple[int, ...]]:
    """Run pictures through every site at once, and say what shape each activation has.

    Args:
        model: A network of timm, in evaluation mode.
        images: What it takes, [B, 3, height, width].

    Raises:
        UserError: A site that the forward pass does not come to, that has a value that is not finite, or a layer's
            patches that are not where the model states them.
    """
    names = sites(model)
    image = (images.shape[-2], images.shape[-1])
    with read(model, names, reduce=_shape) as shapes:
        model(images)
    missing = [name for name in names if name not in shapes]
    if missing:
        raise UserError(f"the forward pass does not come to {', '.join(missing)}")
    bad = [name for name, shape in shapes.items() if not shape]
    if bad:
        raise UserError(f"not finite at {', '.join(bad)}", where="activations of the pictures given")
    for layer in layers(model, image):
        found = patches(model, layer.activation, torch.empty(shapes[layer.activation], device="meta"), image)
        if tuple(found.shape[:3]) != (len(images), *(layer.grid or found.shape[1:3])):
            stated = f"the model states {layer.grid} patches at {layer.activation}"
            raise UserError(f"{stated}, and there are {tuple(found.shape[1:3])}")
    return shapes


def _shape(value: Tensor) -> tuple[int, ...]:
    """Its shape; empty if a value is not finite."""
    return tuple(value.shape) if bool(value.isfinite().all()) else ()
