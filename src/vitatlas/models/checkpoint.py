"""Files of weights that other programs wrote: the levels of a checkpoint, and the prefixes of keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from vitatlas.errors import UserError

LEVELS = ("state_dict_ema", "model_ema", "ema", "teacher", "state_dict", "model", "student")
"""Where a training checkpoint holds weights, the preferred first: averages over training are what its authors
evaluate, in DINO's releases those of the teacher."""

WRAPPERS = ("module.", "_orig_mod.", "model.")
"""Prefixes of most keys after data parallel training, compilation or training in a framework."""

BACKBONES = ("backbone.", "visual.backbone.")
"""In front of a network's keys where the file holds more beside it: heads, a text tower."""


def weights_of(content: Any, path: str | Path) -> dict[str, Tensor]:
    """The weights by key of what a file holds.

    Args:
        content: A state dict, or a checkpoint that has one below one of `LEVELS`.
        path: The file, for messages.

    Raises:
        UserError: There are no weights by name; says if it is the state of an optimizer.
    """
    while isinstance(content, Mapping) and (level := _level(content)):
        content = content[level]
    if isinstance(content, Mapping) and "param_groups" in content:
        raise UserError(
            "the file holds the state of an optimizer, no weights by name",
            where=path,
            remedy="save the model's state dict: torch.save(model.state_dict(), path)",
        )
    tensors = {k: v for k, v in content.items() if isinstance(v, Tensor)} if isinstance(content, Mapping) else {}
    if not tensors:
        raise UserError("the file holds no weights by name", where=path, remedy="save a model's state dict")
    return tensors


def without_wrappers(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights without the prefixes that `WRAPPERS` put in front of most keys, in any order."""
    state = dict(state)
    while prefix := next((prefix for prefix in WRAPPERS if 2 * len(inside(state, prefix)) > len(state)), None):
        state = inside(state, prefix)
    return state


def of_backbone(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a network with the keys that it gave them itself, whatever it was wrapped into when saved."""
    state = without_wrappers(state)
    found = next((found for prefix in BACKBONES if (found := inside(state, prefix))), None)
    return state if found is None else without_wrappers(found)


def inside(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The weights below a prefix, without it."""
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _level(content: Mapping[str, Any]) -> str | None:
    return next((level for level in LEVELS if isinstance(content.get(level), Mapping)), None)
