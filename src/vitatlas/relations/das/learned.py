"""Learned subspaces as files: `<property>.<control>.<layer>.rotation` and `.mask` (the mask's logits)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.provenance import KEY
from vitatlas.models.weights import read_weights, save_safetensors

Learned = tuple[Tensor, Tensor]
"""Rotation [d, d] and mask logits [d]."""


@dataclass(frozen=True, order=True)
class Item:
    """One subspace to learn: of `property` after block `layer`, with source tokens of `control`."""

    property: str
    control: str
    layer: int

    def __str__(self) -> str:
        """`property.control.layer`: the key of its tensors, and what its random choices derive from."""
        return f"{self.property}.{self.control}.{self.layer}"


def save_operators(path: Path, learned: Mapping[Item, Learned], metadata: Mapping[str, str]) -> None:
    """Write subspaces; the provenance in `metadata` is about the model that they are of."""
    tensors: dict[str, Tensor] = {}
    for item, (rotation, mask) in learned.items():
        tensors |= {f"{item}.rotation": rotation, f"{item}.mask": mask}
    save_safetensors(path, tensors, metadata)


def load_operators(path: Path, width: int, cell: Mapping[str, Any]) -> dict[Item, Learned]:
    """The subspaces that `save_operators` wrote.

    Args:
        path: The file.
        width: Length of the model's token vectors.
        cell: The model it must be of.

    Raises:
        UserError: The file is missing or damaged, holds something else, or is of another model or another width.
    """
    found = read_weights(path)
    with safe_open(path, framework="pt") as file:
        of = json.loads((file.metadata() or {}).get(KEY, "{}")).get("about", {})
    if of != dict(cell):
        problem = f"the subspaces are of {_told(of)}, wanted are those of {_told(cell)}"
        raise UserError(problem, where=path, remedy="search in this model first")
    learned: dict[Item, Learned] = {}
    for key in found:
        property, control, layer, part = (*key.split("."), "", "", "")[:4]
        if part not in ("rotation", "mask") or not layer.isdigit():
            raise UserError(f"no file of learned subspaces: it holds '{key}'", where=path)
        item = Item(property, control, int(layer))
        rotation, mask = (found.get(f"{item}.{name}") for name in ("rotation", "mask"))
        if rotation is None or mask is None or rotation.shape != (width, width) or mask.shape != (width,):
            problem = f"the subspace {item} is incomplete, or not of a model of width {width}"
            raise UserError(problem, where=path, remedy="search again with this model")
        learned[item] = (rotation, mask)
    return dict(sorted(learned.items()))


def _told(cell: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items()) or "no model"
