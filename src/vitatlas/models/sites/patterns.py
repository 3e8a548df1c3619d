"""Attention weights, of modules that compute them only inside a fused kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Never

from torch import Tensor, nn

from vitatlas.models.sites.taps import Handle, Output
from vitatlas.models.sites.views import WHOLE, Function, View

_replaying: ContextVar[bool] = ContextVar("replaying", default=False)


def replaying() -> bool:
    """Whether attention is being replayed for its weights: what is seen now is not of the forward pass itself."""
    return _replaying.get()


@dataclass(frozen=True)
class Pattern:
    """The attention weights of a module of timm, which computes them without the fused kernel only.

    To change them, the module runs unfused. To see them, it stays fused, and its unfused code is replayed on its input
    up to the weights: what the network computes stays as it is, to the bit. Patches inside the module act in the
    replay too.

    Attributes:
        attention: The module.
        view: Where the weights lie in what it computes.
        replay: Whether to replay. Without, the module runs unfused also to be seen, which is cheaper.
    """

    attention: Any
    view: View = WHOLE
    replay: bool = True

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`."""
        handles = Output(self.attention.attn_drop, self.view).attach(function, changes=changes)  # acts if unfused
        if not getattr(self.attention, "fused_attn", False):
            return handles
        if changes or not self.replay:
            return [*handles, _Unfused(self.attention)]

        def hook(attention: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if attention.fused_attn:
                function(self.view.get(_replayed(attention, args, kwargs)))

        return [*handles, self.attention.register_forward_pre_hook(hook, with_kwargs=True)]


class _Unfused:
    """A module of timm made to run without the fused kernel, until removed."""

    def __init__(self, attention: Any):
        self._attention, self._before = attention, attention.fused_attn
        attention.fused_attn = False

    def remove(self) -> None:
        self._attention.fused_attn = self._before


class _Weights(Exception):
    """The replay has come to the weights."""


def _replayed(attention: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Tensor:
    """The weights, before dropout, that `attention` computes unfused from these arguments."""
    found: list[Tensor] = []

    def stop(_module: nn.Module, weights: tuple[Tensor, ...]) -> Never:
        found.append(weights[0])
        raise _Weights

    with _replay(attention):
        handle = attention.attn_drop.register_forward_pre_hook(stop, prepend=True)
        try:
            attention.forward(*args, **kwargs)
        except _Weights:
            return found[0]
        finally:
            handle.remove()
    raise AssertionError(f"timm's {type(attention).__name__} computed no attention weights")


@contextmanager
def _replay(attention: Any) -> Iterator[None]:
    unfused, token = _Unfused(attention), _replaying.set(True)
    try:
        yield
    finally:
        _replaying.reset(token)
        unfused.remove()
