"""Seeing what passes at several places of a network in one forward pass, the network unmodified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn

from vitatlas.models.sites.contexts import CompiledError
from vitatlas.models.sites.patterns import replaying
from vitatlas.models.sites.taps import Tap

Watched = dict[Any, tuple[Tap, Callable[[Tensor], Tensor]]]
"""By key: where a tensor passes, and what is made of it."""


def require_uncompiled(model: nn.Module) -> None:
    """Check that hooks act.

    Raises:
        UserError: The model or a part of it is compiled, and would ignore them.
    """
    if any(hasattr(part, "_orig_mod") or part._compiled_call_impl is not None for part in model.modules()):
        raise CompiledError


@contextmanager
def watched(model: nn.Module, taps: Watched) -> Iterator[dict[Any, Tensor]]:
    """Yield a dict that a forward pass fills: by key, what `function` makes of the tensor that passes at the tap.

    Raises:
        UserError: The model is compiled, and would ignore hooks.
    """
    require_uncompiled(model)
    found: dict[Any, Tensor] = {}

    def keeper(key: Any, function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
        def keep(value: Tensor) -> Tensor:
            if not replaying():  # attention that is replayed for its weights is not the forward pass
                found[key] = function(value)
            return value

        return keep

    with ExitStack() as stack:
        for key, (tap, function) in taps.items():
            for handle in tap.attach(keeper(key, function), changes=False):
                stack.callback(handle.remove)
        yield found
