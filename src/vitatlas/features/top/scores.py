"""Scores of all watched units from one forward pass per batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.top.spec import BY
from vitatlas.features.top.tail import Tail
from vitatlas.features.top.watched import Watched
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import observe
from vitatlas.models.sites.find import find
from vitatlas.models.sites.layouts import Layout


class _Complete(Exception):
    """All sites have been seen: what is behind them need not run."""


class Scorer:
    """The scores of an encoder's units: mean and maximum over the patches of a picture.

    The mean is what a visualisation makes large (eq. 1 and 2); the maximum, which finds parts, is ours. Prefix tokens
    count for nothing. Activations are summed up at once, so that memory does not grow with the layers.

    Args:
        encoder: In evaluation mode.
        of: What is watched, as `watched` gives it.
    """

    def __init__(self, encoder: Encoder, of: Sequence[Watched]):
        self._encoder, self._of = encoder, of
        self._places = {
            one.name: (site.layout, part.grid, part.prefix)
            for one, (part, site) in zip(of, find(encoder, [one.name for one in of], encoder.side), strict=True)
        }

    @torch.no_grad()
    def __call__(self, images: Tensor, tail: Tail | None = None) -> Tensor:
        """Scores float32 [B, units, 2] of pictures [B, 3, side, side] uint8; mean, then maximum.

        Args:
            images: On the encoder's device.
            tail: Also takes in the activations of all patches.
        """
        found: dict[str, Tensor] = {}
        functions = {one.name: self._watching(one, found, tail) for one in self._of}
        with observe(self._encoder, functions), suppress(_Complete):
            self._encoder(images)
        return torch.cat([found[one.name] for one in self._of], 1)

    def _watching(self, one: Watched, found: dict[str, Tensor], tail: Tail | None) -> Callable[[Tensor], None]:
        layout: Layout | None
        layout, grid, prefix = self._places[one.name]
        if layout is None:  # `watched` has refused such sites
            raise ValueError(one.name)

        def function(value: Tensor) -> None:
            values = layout.patches(value, grid, prefix).flatten(1, 2).float()
            found[one.name] = torch.stack([values.mean(1), values.amax(1)], -1)
            if tail is not None:
                tail.add(one.first, values.flatten(0, 1))
            if len(found) == len(self._of):
                raise _Complete

        return function


def require_finite(scores: Tensor, of: Sequence[Watched], pictures: Sequence[str]) -> Tensor:
    """The scores [B, units, 2] as they are.

    Raises:
        UserError: One is not finite; names the site, layer, unit and picture.
    """
    bad = (~scores.isfinite()).nonzero()
    if len(bad) == 0:
        return scores
    picture, column, by = bad[0].tolist()
    one = next(one for one in of if one.first <= column < one.first + one.units)
    unit = f"unit {column - one.first} of layer {one.layer}"
    raise UserError(
        f"the {BY[by]} of {unit} is not finite, on picture '{pictures[picture]}'",
        where=f"site {one.name}",
        remedy="check the model's weights for values that are not finite, and its preprocessing",
    )
