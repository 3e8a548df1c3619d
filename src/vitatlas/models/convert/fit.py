"""Sorted weights of a checkpoint into those of a network of timm's, every tensor accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.convert.contents import Contents
from vitatlas.models.convert.positions import into_class_token, resampled

SHOWN = 20
"""Keys of a kind that a message lists."""

TOKENS = ("cls_token", "dist_token", "reg_token", "pos_embed")
"""Tensors that CLIP writes with fewer axes."""


@dataclass(frozen=True)
class Fitted:
    """Weights for a network.

    Attributes:
        state: By timm's key, float32.
        changes: What is not as it was in the file, in words.
    """

    state: dict[str, Tensor]
    changes: list[str]


def fitted(contents: Contents, network: nn.Module, path: str | Path, *, resample: bool) -> Fitted:
    """The weights of a checkpoint as timm's network has them.

    Args:
        contents: The checkpoint.
        network: What they are for.
        path: The file, for messages.
        resample: Whether position embeddings of another number of patches are resampled, or refused.

    Raises:
        UserError: Tensors that are missing, left over, or of another shape; lists them.
    """
    state, incomplete = _joined(contents)
    changes: list[str] = []
    own = network.state_dict()
    if contents.clip and "head.weight" in state and "head.bias" in own:
        state["head.bias"] = torch.zeros(len(state["head.weight"]))
        changes.append("head.bias: zeros, for the projection has none")
    grid = _grid(network)
    if resample and contents.side and grid != (contents.side, contents.side):
        state["pos_embed"] = resampled(state["pos_embed"], contents.prefix, grid)
        changes.append(
            f"pos_embed: resampled from {contents.side}×{contents.side} to {grid[0]}×{grid[1]} patches, bicubic "
            "without antialiasing, as transformers does when it runs"
        )
    if into_class_token(state, network):
        changes.append("cls_token: its position embedding is added, for timm keeps none for it")
    _refuse(contents, state, own, [*contents.problems, *incomplete], path)
    return Fitted(state, changes)


def _joined(contents: Contents) -> tuple[dict[str, Tensor], list[str]]:
    """timm's tensors, and what is wrong with those of which a part is missing."""
    state, incomplete = {}, []
    for key, sources in contents.found.items():
        if len(sources) < contents.wanted[key]:
            there = ", ".join(name for name, _ in sources.values())
            incomplete.append(f"of {contents.wanted[key]} parts of {key}, there are only {there}")
        values = [sources[part][1].float() for part in sorted(sources)]
        whole = torch.cat(values) if len(values) > 1 else values[0]
        state[key] = whole.reshape(1, -1, whole.shape[-1]) if key in TOKENS else whole
    return state, incomplete


def _grid(network: nn.Module) -> tuple[int, int]:
    rows, columns = network.get_submodule("patch_embed").grid_size  # type: ignore[misc]
    return int(rows), int(columns)


def _refuse(
    contents: Contents, state: Mapping[str, Tensor], own: Mapping[str, Tensor], problems: list[str], path: str | Path
) -> None:
    """Raise one UserError that lists all that does not fit."""
    source = {key: ", ".join(name for name, _ in parts.values()) for key, parts in contents.found.items()}
    kinds = {
        "missing": [key for key in own if key not in state],
        "left over": [*contents.rest, *(source.get(key, key) for key in state if key not in own)],
        "of another shape": [
            f"{source.get(key, key)} is {_shape(value)}, timm's {key} {_shape(own[key])}"
            for key, value in state.items()
            if key in own and value.shape != own[key].shape
        ],
        "not clear": problems,
    }
    if not any(kinds.values()):
        return
    listed = [f"    {kind} ({len(found)}): {_some(found)}" for kind, found in kinds.items() if found]
    raise UserError(
        "\n".join(["the checkpoint and timm's network do not fit:", *listed]),
        where=path,
        remedy="; ".join(_remedies(kinds, contents)),
    )


def _remedies(kinds: Mapping[str, list[str]], contents: Contents) -> list[str]:
    found = ["compare architecture and arguments with the checkpoint (depth, embed_dim, init_values for LayerScale, …)"]
    if kinds["left over"] or any("timm's head" in line for line in kinds["of another shape"]):
        found.append("leave out by name what is no part of the network, as: --leave-out decoder. classifier.")
    if contents.side and any("timm's pos_embed" in line for line in kinds["of another shape"]):
        own = contents.side * contents.patch
        found.append(f"take the size that it was trained at, --image {own}, or --resample the position embeddings")
    return found


def _some(found: list[str]) -> str:
    more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def _shape(value: Tensor) -> str:
    return "×".join(map(str, value.shape))
