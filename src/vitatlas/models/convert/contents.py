"""The content of a checkpoint by what it is: the network, its heads, what is known to stand beside it, and the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.convert.names import (
    BESIDE,
    BESIDE_CLIP,
    CLIP_HEADS,
    CLIP_MARK,
    HEADS,
    PATCHES,
    Place,
    place_of,
    renamed,
)

Sources = dict[int, tuple[str, Tensor]]
"""The key in the file, and the tensor, of each part of one of timm's tensors."""


@dataclass(frozen=True)
class Contents:
    """A checkpoint, sorted.

    Attributes:
        found: By timm's key, the tensors that make it.
        wanted: How many those must be.
        left_out: Keys that belong to no network, or that were named to be left out.
        rest: Keys that nothing is known of.
        problems: Tensors of which there are two.
        clip: Whether it is CLIP's image tower.
    """

    found: dict[str, Sources]
    wanted: dict[str, int]
    left_out: list[str]
    rest: list[str]
    problems: list[str]
    clip: bool

    @property
    def positions(self) -> int | None:
        """Tokens that have a position embedding; None if there are none."""
        sources = self.found.get("pos_embed")
        return sources[0][1].shape[-2] if sources else None

    @property
    def prefix(self) -> int:
        """Tokens in front of the patches that have a position embedding."""
        return sum(token in self.found for token in ("cls_token", "dist_token"))

    @property
    def side(self) -> int | None:
        """Patches per side, by the position embeddings; None where there are none, or not of a square."""
        patches = (self.positions or 0) - self.prefix
        side = math.isqrt(max(patches, 0))
        return side if side and side * side == patches else None

    @property
    def patch(self) -> int:
        """Side of a patch in pixels."""
        return self.found["patch_embed.proj.weight"][0][1].shape[-1]

    @property
    def outputs(self) -> int:
        """Length of what the head gives; 0 without one."""
        return len(self.found["head.weight"][0][1]) if "head.weight" in self.found else 0


def contents_of(state: Mapping[str, Tensor], path: str | Path, leave_out: Sequence[str] = ()) -> Contents:
    """Sort the weights of a checkpoint.

    Args:
        state: The weights by key, whatever stands in front of the network's own names.
        path: The file, for messages.
        leave_out: Beginnings of keys that are not looked at.

    Raises:
        UserError: A beginning that no key has; timm's own names; no patch embedding of transformers, or several.
    """
    unknown = [start for start in leave_out if not any(key.startswith(start) for key in state)]
    if unknown:
        raise UserError(f"no key begins with {', '.join(unknown)}", where=path, remedy="correct --leave-out")
    looked_at = [key for key in state if not key.startswith(tuple(leave_out))]
    prefix = _prefix(looked_at, path)
    clip = prefix + CLIP_MARK in state
    contents = Contents({}, {}, [key for key in state if key.startswith(tuple(leave_out))], [], [], clip)
    for key in looked_at:
        place = _place(key, prefix, clip)
        if place is not None:
            _add(contents, place, key, state[key])
        else:
            (contents.left_out if _is_beside(key, prefix) else contents.rest).append(key)
    return contents


def _add(contents: Contents, place: Place, key: str, value: Tensor) -> None:
    sources = contents.found.setdefault(place.key, {})
    if place.part in sources or contents.wanted.setdefault(place.key, place.parts) != place.parts:
        contents.problems.append(f"{key} and {next(iter(sources.values()))[0]} are both {place.key}")
    sources[place.part] = key, value


def _prefix(keys: Sequence[str], path: str | Path) -> str:
    """The prefix of the network's own names, told from its patch embedding."""
    ends = [f"{layer}.weight" for layer in PATCHES]
    found = {key.removesuffix(end) for key in keys for end in ends if key.endswith(end)}
    starts = sorted(start for start in found if not start or start.endswith("."))
    if len(starts) == 1:
        return starts[0]
    if starts:
        raise UserError(
            f"the file holds {len(starts)} networks, below {', '.join(start or 'no prefix' for start in starts)}",
            where=path,
            remedy=f"leave the others out, as: --leave-out {starts[-1]}",
        )
    if any(key.endswith("patch_embed.proj.weight") for key in keys):
        raise UserError(
            "the weights have timm's names, or nearly so",
            where=path,
            remedy="name the file in the zoo as it is: origin 'file' (docs/how-to/add-a-model.md)",
        )
    raise UserError(
        f"there is no patch embedding with a name of the library transformers ({' or '.join(ends)})",
        where=path,
        remedy="give a ViT, DeiT, DINOv2 or CLIP image tower of transformers; of an ONNX file, one that was exported "
        "with names of weights, or the model's safetensors file",
    )


def _above(prefix: str) -> list[str]:
    """The prefix of what the network is in, and of what that is in: `model.vit.` is in `model.` and in nothing."""
    parts = prefix.split(".")[:-1]
    return ["".join(f"{part}." for part in parts[:count]) for count in range(len(parts) + 1)]


def _place(key: str, prefix: str, clip: bool) -> Place | None:
    if key.startswith(prefix) and (place := place_of(key.removeprefix(prefix))):
        return place
    heads = CLIP_HEADS if clip else HEADS
    below = [key.removeprefix(start) for start in _above(prefix) if key.startswith(start)]
    return next((place for name in below if (place := renamed(name, heads))), None)


def _is_beside(key: str, prefix: str) -> bool:
    return key.startswith(tuple(prefix + name for name in BESIDE)) or key.startswith(
        tuple(start + name for start in _above(prefix) for name in BESIDE_CLIP)
    )
