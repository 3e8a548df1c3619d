"""The parts of a network, as its family names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vitatlas.models.sites.layouts import Grid, Layout
from vitatlas.models.sites.taps import Tap


@dataclass(frozen=True)
class Site:
    """One site.

    Attributes:
        tap: Where its activation passes.
        layout: Where patches lie in it; None if it is not of patches.
        patchable: Whether it can be replaced.
    """

    tap: Tap
    layout: Layout | None
    patchable: bool = True


Sites = dict[str, Site]


@dataclass(frozen=True)
class Unit:
    """A part of a network whose sites share the beginning of their names.

    Attributes:
        name: That beginning, such as `stage.2.block.5`; empty for the network as a whole.
        sites: Its sites in forward order, by the end of their names.
        grid: Rows and columns of its patches; None if neither the model nor the caller says.
        prefix: Number of tokens before the patches.
        stage, block: Its numbers.
        activation: The site at the end of its feed-forward layer's or convolutions' last non-linearity, if it has one.
        undefined: Reasons for sites that a reader may look for here, and that are not defined.
    """

    name: str
    sites: Callable[[], Sites]
    grid: Grid | None
    prefix: int = 0
    stage: int = 0
    block: int = 0
    activation: str | None = None
    undefined: Mapping[str, str] = field(default_factory=dict)

    def full(self, end: str) -> str:
        """The name of one of its sites."""
        return f"{self.name}.{end}" if self.name else end
