"""Reading, watching and replacing activations while a network runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites.find import find
from vitatlas.models.sites.patterns import replaying
from vitatlas.models.sites.views import Function


class CompiledError(UserError, ValueError):
    """The model is compiled, and would ignore hooks."""

    def __init__(self) -> None:
        super().__init__(
            "a compiled model ignores hooks", remedy="open sites on the model it was compiled from, and run that"
        )


@contextmanager
def read(
    model: nn.Module, sites: Iterable[str], reduce: Callable[[Tensor], Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a dict that each forward pass fills with the activations at `sites` (the latest pass wins).

    Args:
        model: A network of timm, or one that holds it as `backbone`, such as a `Classifier`.
        sites: Names as in the table of `vitatlas.models.sites`.
        reduce: Applied to each activation before it is kept, so that the full tensor can be freed.

    Raises:
        UserError: A site is unknown, or not defined for the model; or the model is compiled.
    """
    cache: dict[str, Any] = {}

    def keep(site: str) -> Callable[[Tensor], None]:
        def function(value: Tensor) -> None:
            cache[site] = value if reduce is None else reduce(value)

        return function

    with observe(model, {site: keep(site) for site in sites}):
        yield cache


@contextmanager
def observe(model: nn.Module, functions: Mapping[str, Callable[[Tensor], Any]]) -> Iterator[None]:
    """Call `functions[site](activation)` in each forward pass; the result is ignored and nothing is stored.

    Raises:
        UserError: As `read`.
    """

    def unchanged(function: Callable[[Tensor], Any]) -> Function:
        def inner(value: Tensor) -> Tensor:
            if not replaying():
                function(value)
            return value

        return inner

    with _open(model, {site: unchanged(function) for site, function in functions.items()}, changes=False):
        yield


@contextmanager
def patch(model: nn.Module, functions: Mapping[str, Function]) -> Iterator[None]:
    """Replace the activation at each site by `functions[site](activation)`, of the same shape, in each forward pass.

    A function must not change its argument in place. One inside attention is called a second time where a fused
    module's pattern is read.

    Raises:
        UserError: As `read`; or a site cannot be replaced.
        ValueError: In the forward pass, a function returned another shape.
    """
    with _open(model, {site: _same_shape(site, function) for site, function in functions.items()}, changes=True):
        yield


@contextmanager
def _open(model: nn.Module, functions: Mapping[str, Function], *, changes: bool) -> Iterator[None]:
    if _compiled(model):
        raise CompiledError
    points = [site for _, site in find(model, list(functions))]
    for name, site in zip(functions, points, strict=True):
        if changes and not site.patchable:
            problem = f"site '{name}' cannot be replaced: a norm computes it inside"
            raise UserError(problem, remedy="replace the norm's input, or read the site only")
    with ExitStack() as stack:
        for site, function in zip(points, functions.values(), strict=True):
            for handle in site.tap.attach(function, changes=changes):
                stack.callback(handle.remove)
        yield


def _compiled(model: nn.Module) -> bool:
    """Whether the model or a part of it is compiled."""
    return any(hasattr(module, "_orig_mod") or module._compiled_call_impl is not None for module in model.modules())


def _same_shape(site: str, function: Function) -> Function:
    def checked(value: Tensor) -> Tensor:
        new = function(value)
        if new.shape != value.shape:
            raise ValueError(f"patch at '{site}' returned shape {tuple(new.shape)}, not {tuple(value.shape)}")
        return new

    return checked
