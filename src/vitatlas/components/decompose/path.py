"""The residual path of a network from some block on: what is added to it where, and what happens to it on the way.

A family's adapter describes it once (`families`); the engine runs it. A *space* is a stretch of the path in which the
stream keeps its positions and channels: all blocks of a plain transformer, one stage of a hierarchical one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn

from vitatlas.components.decompose.readout import Readout
from vitatlas.models.sites.layouts import Grid, Windows
from vitatlas.models.sites.taps import Tap

Place = Callable[[Tensor], Tensor]
"""From what is tapped to the positions that z is read from: [B, P, C], of heads [B, P, H, d]."""


@dataclass(frozen=True)
class Attention:
    """Attention as it reads and computes, to split a head over its input tokens.

    Attributes:
        module: timm's, with `proj` and `num_heads`.
        windows: How tokens are cut into windows; None where every token attends to all.
        grid: Rows and columns of the patches.
        prefix: Tokens before the patches.
        token_dims: Axes of tokens in what it takes.
        tokens: Why heads cannot be split over tokens here; empty if they can.
    """

    module: Any
    windows: Windows | None
    grid: Grid
    prefix: int = 0
    token_dims: int = 1
    tokens: str = ""


@dataclass(frozen=True)
class Write:
    """A layer that adds to the residual stream.

    Attributes:
        name: That of its part of the network; heads and MLPs add theirs.
        kind: attention, mlp or conv.
        subkind: window, grid or empty.
        space: The space that it writes into.
        tap: Where the tensor passes: the input of attention's output projection, else what is added to the stream.
        place: See `Place`.
        gain: LayerScale behind attention's output projection; None: 1.
        attention: Of an attention layer.
    """

    name: str
    kind: str
    subkind: str
    space: int
    tap: Tap
    place: Place
    gain: Tensor | None = None
    attention: Attention | None = None


@dataclass(frozen=True)
class Part:
    """A block of the network.

    Attributes:
        name: `block.7`, `stage.2.block.1`.
        stage, block: Its numbers.
        space: The space that its input lies in.
        entry: Where the stream enters it.
        place: See `Place`.
        writes: Its layers, in the order of execution.
    """

    name: str
    stage: int
    block: int
    space: int
    entry: Tap
    place: Place
    writes: tuple[Write, ...]


class Link(Protocol):
    """The step of the stream from one space to the next; linear once the statistics of norms are frozen.

    A map there is a sum over positions p with weights w_p and matrices M of their paths. `back` and `weights` say how
    those of the next space become those of this one.
    """

    @property
    def norm(self) -> nn.Module | None:
        """The LayerNorm on the path, whose statistics are frozen."""

    def back(self, path: Tensor, matrices: Tensor, *, centred: bool) -> tuple[Tensor, Tensor]:
        """Paths int64 [P] and matrices [Q, d, C] of this space, from those of the next.

        Args:
            path, matrices: Of the next space, int64 [P'] and [Q', d, C'].
            centred: Whether each entry loses its own mean in a norm (else the mean of the whole is apart).
        """

    def weights(self, after: Tensor, scale: Tensor | None) -> Tensor:
        """Weights [B, P] of this space, from those of the next, [B, P'], and the scales of the norm [B, P']."""

    def constant(self) -> Tensor | None:
        """The vector that its parameters add at each position of the next space, [C']; None: nothing."""

    def mean(self) -> Tensor | None:
        """The vector that a norm's mean of 1 takes away at each position behind, before scaling, [C']; or None."""


@dataclass(frozen=True)
class Path:
    """The residual path of one network.

    Attributes:
        parts: Its blocks.
        links: Between spaces i and i + 1.
        readout: From the last space to z.
    """

    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    readout: Readout
