"""Heads split over their input tokens: how much each token, through each head, adds to z along a direction.

The direction g is taken back through the frozen path: at position p of a space it is w_p M_pᵀ g, and in a head the part
of the output projection takes it to the head's outputs. There token t has the share Σ_rows A[row, t] v_t · D[row], so
that one transposed product with the attention weights gives all tokens of all heads. The shares of a head's tokens sum
to the head's own, but for the constants that policies other than `separate` put into heads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.decompose.engine import Decomposer
from vitatlas.components.decompose.path import Attention, Write
from vitatlas.components.decompose.run import Run, run
from vitatlas.components.decompose.watch import Watched
from vitatlas.errors import UserError
from vitatlas.models.sites.layouts import Windows
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Output
from vitatlas.models.sites.views import heads


@dataclass(frozen=True)
class TokenShares:
    """The shares of input tokens, of one component.

    Attributes:
        maps: Of patches in true places, [B, rows, columns].
        rest: Of prefix tokens, and of the zeros that fill up windows at the edges: [B].
    """

    maps: Tensor
    rest: Tensor


@torch.no_grad()
def token_shares(of: Decomposer, images: Tensor, directions: Mapping[int, Tensor]) -> dict[int, TokenShares]:
    """The shares of tokens along directions, by component.

    Args:
        of: The decomposition.
        images: [B, 3, side, side] uint8.
        directions: By the number of a component, which must be a head: [d], or one per picture [B, d].

    Raises:
        UserError: A component is no head, or its attention cannot be split over tokens.
    """
    layers = _by_layer(of, directions)
    found = run(of, images, {key: tap for layer in layers for key, tap in _taps(layer, of.writes[layer], of).items()})
    shares: dict[int, TokenShares] = {}
    for layer, numbers in layers.items():
        wanted = [of.components[number].head for number in numbers]
        given = torch.stack([_per_picture(directions[number], len(images)) for number in numbers], dim=1)
        back = _back(of, layer, found, wanted, given)
        maps, rest = _split(of.writes[layer], layer, found, wanted, back, of.path.readout.rows)
        shares |= {number: TokenShares(maps[:, i], rest[:, i]) for i, number in enumerate(numbers)}
    return {number: shares[number] for number in directions}


def _by_layer(of: Decomposer, directions: Mapping[int, Tensor]) -> dict[int, list[int]]:
    layers: dict[int, list[int]] = {}
    for number in directions:
        component = of.components[number]
        if component.kind != "head":
            problem = f"component '{component.name}' is no head, so that no tokens have shares in it"
            raise UserError(problem, remedy="take a head, of a decomposition with heads apart")
        attention = of.writes[component.layer].attention
        if attention is not None and attention.tokens:
            raise UserError(
                f"'{component.name}' cannot be split over tokens: {attention.tokens}",
                remedy="split no heads of this model",
            )
        layers.setdefault(component.layer, []).append(number)
    return layers


def _per_picture(direction: Tensor, pictures: int) -> Tensor:
    return direction.expand(pictures, -1)


def _taps(layer: int, write: Write, of: Decomposer) -> Watched:
    """Values and attention weights; of weights that few queries have, these queries and the keys."""
    attention = _attention(write)
    module = attention.module
    views = [
        heads(
            module.num_heads,
            chunk=chunk,
            chunks=3,
            token_dims=attention.token_dims,
            head_first=getattr(module, "head_first", False),
        )
        for chunk in range(3)
    ]
    taps: Watched = {("v", layer): (Output(module.qkv, views[2]), _whole)}
    if _few(attention, of.path.readout.rows):
        rows = of.path.readout.rows
        taps["q", layer] = (Output(module.q_norm), lambda value: value[:, :, rows])
        taps["k", layer] = (Output(module.k_norm), _whole)
    else:
        taps["pattern", layer] = (Pattern(module), _whole)
    return taps


def _few(attention: Attention, rows: Tensor) -> bool:
    """Whether z is read from few of the tokens that attend to all."""
    return attention.windows is None and len(rows) < attention.grid[0] * attention.grid[1]


def _back(of: Decomposer, layer: int, found: Run, wanted: list[int], directions: Tensor) -> Tensor:
    """Directions at the outputs of heads, [B, P, H, head width], of directions in z, [B, H, d]."""
    space = of.writes[layer].space
    paths = torch.einsum("hdqk,bhd->bqhk", of.projection_of(layer)[wanted], directions)
    return found.weights[space][..., None, None] * paths[:, of.tails[space].path]


def _split(
    write: Write, layer: int, found: Run, wanted: list[int], back: Tensor, rows: Tensor
) -> tuple[Tensor, Tensor]:
    """Shares in true places, [B, H, rows, columns], and of all else, [B, H]."""
    attention = _attention(write)
    values = found.extra["v", layer][:, wanted]
    windows = attention.windows
    if windows is None:
        weights = _weights(attention, layer, found, wanted, rows)
        shares = ((weights.transpose(-1, -2) @ back.transpose(1, 2)) * values).sum(-1)
        return shares[..., attention.prefix :].unflatten(-1, attention.grid), shares[..., : attention.prefix].sum(-1)
    weights = found.extra["pattern", layer][:, wanted]
    queries = _into_windows(back, windows, attention)
    shares = ((weights.transpose(-1, -2) @ queries) * values).sum(-1)
    maps = windows.patches(shares[..., None], attention.grid, 0).permute(0, 3, 1, 2)
    total = shares.sum(-1).unflatten(0, (len(maps), -1)).sum(1)
    return maps, total - maps.sum((-1, -2))


def _weights(attention: Attention, layer: int, found: Run, wanted: list[int], rows: Tensor) -> Tensor:
    """Attention weights of the queries that z is read from, [B, H, P, T]."""
    if ("pattern", layer) in found.extra:
        return found.extra["pattern", layer][:, wanted][:, :, rows]
    queries, keys = (found.extra[name, layer][:, wanted] for name in "qk")
    return (attention.module.scale * queries @ keys.transpose(-1, -2)).softmax(-1)


def _into_windows(back: Tensor, windows: Windows, attention: Attention) -> Tensor:
    """[B, P, H, k] in true places → [B·W, H, n, k]; zero where windows are filled up."""
    size = windows.size[0] * windows.size[1]
    count = 1
    for side, window in zip(attention.grid, windows.size, strict=True):
        count *= -(-side // window)
    numbers = torch.arange(count * size, device=back.device).view(count, 1, size, 1)
    places = windows.patches(numbers, attention.grid, 0).flatten()
    filled = back.new_zeros(len(back), count * size, *back.shape[2:])
    filled[:, places] = back
    return filled.unflatten(1, (count, size)).flatten(0, 1).transpose(1, 2)


def _attention(write: Write) -> Attention:
    if write.attention is None:
        raise ValueError(f"{write.name} has no heads")
    return write.attention


def _whole(value: Tensor) -> Tensor:
    return value
