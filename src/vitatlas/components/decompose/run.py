"""One forward pass, with all that a decomposition needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn

from vitatlas.components.config.protocol import Switch
from vitatlas.components.decompose.frozen import STATISTICS
from vitatlas.components.decompose.path import Part, Path, Write
from vitatlas.components.decompose.watch import Watched, watched
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites.norms import Statistic
from vitatlas.models.sites.taps import Output


class Decomposed(Protocol):
    """A network, and which part of its path is taken apart; see `Decomposer`."""

    encoder: Encoder
    path: Path
    parts: tuple[Part, ...]
    writes: list[Write]
    layernorm: Switch


@dataclass(frozen=True)
class Run:
    """A forward pass of B pictures.

    Attributes:
        z: Representations [B, d].
        entry: The stream where the decomposition begins, [B, P, C].
        writes: What layers write: [B, P, C], of attention the heads before the output projection, [B, P, H, d].
        weights: Those of the positions of each space from the first one on, [B or 1, P].
        removed: By link, mean × scale that its norm took away, [B, P'].
        removed_last: The same of the last norm, summed over positions with their weights [B, 1]; None without a norm.
        unit: 1 / the length of what is brought to unit length, [B or 1, 1].
        extra: What else was watched.
    """

    z: Tensor
    entry: Tensor
    writes: list[Tensor]
    weights: dict[int, Tensor]
    removed: dict[int, Tensor]
    removed_last: Tensor | None
    unit: Tensor
    extra: dict[Any, Tensor]


def run(of: Decomposed, images: Tensor, extra: Watched | None = None) -> Run:
    """Run pictures [B, 3, side, side] uint8 through the encoder.

    Args:
        of: What is decomposed.
        images: The pictures.
        extra: More to watch, by key.
    """
    readout, first = of.path.readout, of.parts[0]
    taps: Watched = {"entry": (first.entry, first.place), **(extra or {})}
    taps |= {("write", number): (write.tap, write.place) for number, write in enumerate(of.writes)}
    norms = {number: link.norm for number, link in enumerate(of.path.links) if number >= first.space}
    for key, norm in (norms | {"last": readout.norm}).items():
        taps |= _statistics(key, norm, of.layernorm)
    if readout.projection is not None:
        taps["projected"] = (Output(readout.projection), _whole)
    with watched(of.encoder, taps) as seen:
        z = of.encoder(images)
    length = seen["projected"].norm(dim=-1, keepdim=True) if readout.unit else None
    last_scale, last_mean = _last(seen, readout.rows, pooled=readout.pooled_first)
    weights = {len(of.path.links): readout.weights(last_scale, length)}
    for number in reversed(norms):
        weights[number] = of.path.links[number].weights(weights[number + 1], seen.get((number, "scale")))
    removed = {number: seen[number, "scale"] * seen[number, "mean"] for number in norms if (number, "scale") in seen}
    removed_last = None
    if last_scale is not None and last_mean is not None:
        removed_last = (readout.pool * last_scale * last_mean).sum(1, keepdim=True)
    unit = readout.pool.new_ones(1, 1) if length is None else 1 / length
    writes = [seen["write", number] for number in range(len(of.writes))]
    return Run(z, seen["entry"], writes, weights, removed, removed_last, unit, {key: seen[key] for key in extra or {}})


def _statistics(key: Any, norm: nn.Module | None, layernorm: Switch) -> Watched:
    if norm is None:
        return {}
    return {(key, name): (Statistic(norm, which), _flat) for name, which in STATISTICS[layernorm].items()}


def _last(seen: dict[Any, Tensor], rows: Tensor, *, pooled: bool) -> tuple[Tensor | None, Tensor | None]:
    """Scale and mean of the last norm at the positions that z is read from, [B, P], or [B, 1] behind the pooling."""
    if ("last", "scale") not in seen:
        return None, None
    scales, means = seen["last", "scale"], seen["last", "mean"]
    return (scales, means) if pooled else (scales[:, rows], means[:, rows])


def _whole(value: Tensor) -> Tensor:
    return value


def _flat(value: Tensor) -> Tensor:
    """The statistics of a norm as [B, P]."""
    return value.flatten(1)
