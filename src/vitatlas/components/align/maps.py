"""Maps from contributions to the text space: f_i(c) = c W_i + b / n, of n components.

Balasubramanian, Basu and Feizi (NeurIPS 2024), section 4; one bias for all, as in the authors' code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Maps:
    """One map per component.

    Attributes:
        method: How they were found: one of `METHODS`, or `identity`.
        weights: W [components, width, text width]; [1, width, text width] where all components share one.
        bias: b [text width].
        components: How many there are, the initial one included.
    """

    method: str
    weights: Tensor
    bias: Tensor
    components: int

    @property
    def width(self) -> int:
        """Of the model's representation."""
        return self.weights.shape[1]

    @property
    def each(self) -> Tensor:
        """W of every component, [components, width, text width], without a copy where they share one."""
        return self.weights.expand(self.components, -1, -1)

    def total(self, contributions: Tensor) -> Tensor:
        """The image in the text space, Σ_i f_i(c_i).

        Args:
            contributions: [images, components, width].

        Returns:
            [images, text width], of any length.
        """
        if len(self.weights) == 1:
            return contributions.sum(1) @ self.weights[0] + self.bias
        return contributions.flatten(1) @ self.weights.flatten(0, 1) + self.bias

    def aligned(self, contributions: Tensor) -> Tensor:
        """Every component in the text space: c_i W_i, without its part of the bias, on which no score depends.

        Args:
            contributions: [images, components, width].

        Returns:
            [images, components, text width].
        """
        return torch.einsum("bnd,nde->bne", contributions, self.each)

    def direction(self, component: int, texts: Tensor) -> Tensor:
        """Where a text lies in the model's own space, for one component: W_i y, so that c · W_i y = c W_i · y.

        Args:
            component: Its place among the maps.
            texts: Directions y of the text space, [..., text width].

        Returns:
            [..., width], of any length.
        """
        return texts @ self.each[component].mT

    def to(self, device: torch.device | str) -> Maps:
        """The same on another device."""
        return replace(self, weights=self.weights.to(device), bias=self.bias.to(device))


def identity(components: int, width: int) -> Maps:
    """The maps of a model whose own space has texts, such as CLIP: none is needed."""
    return Maps("identity", torch.eye(width)[None], torch.zeros(width), components)
