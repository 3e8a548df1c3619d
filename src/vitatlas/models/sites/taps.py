"""Places in a network where hooks see an activation and can replace it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from torch import Tensor, nn

from vitatlas.models.sites.views import WHOLE, Function, View


class Handle(Protocol):
    """Something that undoes one step of attaching."""

    def remove(self) -> None:
        """Undo it."""


class Tap(Protocol):
    """A place where an activation passes."""

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """Have each forward pass put `function(activation)` in the activation's place.

        Args:
            function: Gives back the same object where nothing is to change.
            changes: Whether it may give back another.
        """


@dataclass(frozen=True)
class Input:
    """The value that a module takes.

    Attributes:
        module: The module.
        view: The part of the tensor.
        item: Which positional argument.
    """

    module: nn.Module
    view: View = WHOLE
    item: int = 0

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`."""

        def hook(_module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
            new = self.view.apply(function, args[self.item])
            return None if new is args[self.item] else _with_item(args, self.item, new)

        return [self.module.register_forward_pre_hook(hook)]


@dataclass(frozen=True)
class Output:
    """The value that a module returns.

    Attributes:
        module: The module.
        view: The part of the tensor.
        item: Which one, of a module that returns several.
        first: Whether to act before the hooks that are there.
    """

    module: nn.Module
    view: View = WHOLE
    item: int | None = None
    first: bool = False

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`."""

        def hook(_module: nn.Module, _args: Any, output: Any) -> Any:
            old = output if self.item is None else output[self.item]
            new = self.view.apply(function, old)
            if new is old:
                return None
            return new if self.item is None else _with_item(output, self.item, new)

        return [self.module.register_forward_hook(hook, prepend=self.first)]


@dataclass(frozen=True)
class Within:
    """One call of a module that others share or that is called several times: the n-th while `owner` runs.

    Attributes:
        owner: The module whose forward pass makes the call.
        call: Its number, from 0.
        tap: The place in the module that is called.
    """

    owner: nn.Module
    call: int
    tap: Tap

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`."""
        calls: int | None = None  # made by the owner so far; None while it does not run

        def start(*_: Any) -> None:
            nonlocal calls
            calls = 0

        def stop(*_: Any) -> None:
            nonlocal calls
            calls = None

        def counted(value: Tensor) -> Tensor:
            nonlocal calls
            if calls is None:
                return value
            calls += 1
            return function(value) if calls == self.call + 1 else value

        return [
            self.owner.register_forward_pre_hook(start),
            self.owner.register_forward_hook(stop, always_call=True),
            *self.tap.attach(counted, changes=changes),
        ]


@dataclass(frozen=True)
class Between:
    """The residual stream between the two halves of a block, where it is a variable that no module returns.

    The branch of the second half takes it, and the skip connection carries it past that branch. A change is made at
    the first place, and added at the second.

    Attributes:
        branch: The input of the second half's branch.
        end: The block's output.
    """

    branch: Input
    end: Output

    def attach(self, function: Function, *, changes: bool) -> list[Handle]:
        """See `Tap`."""
        difference: Tensor | None = None

        def change(old: Tensor) -> Tensor:
            nonlocal difference
            new = function(old)
            difference = None if new is old else new - old
            return new

        def carry(whole: Tensor) -> Tensor:
            nonlocal difference
            added, difference = difference, None
            return whole if added is None else whole + added.reshape(whole.shape).to(whole.dtype)

        end = replace(self.end, first=True)  # before hooks on what the block returns
        return [*self.branch.attach(change, changes=changes), *end.attach(carry, changes=changes)]


def _with_item(items: Sequence[Any], number: int, new: Any) -> tuple[Any, ...]:
    return (*items[:number], new, *items[number + 1 :])
