"""Maps as files: safetensors with `weights` and `bias`; the method and the components' names are among the metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors import safe_open

from vitatlas.components.align.maps import Maps
from vitatlas.errors import UserError
from vitatlas.jobs.provenance import KEY, as_json
from vitatlas.models.weights import read_weights, save_safetensors


def save_maps(path: Path, maps: Maps, names: Sequence[str], metadata: Mapping[str, str]) -> None:
    """Write maps.

    Args:
        path: The file.
        maps: The maps.
        names: Of the components, in the maps' order.
        metadata: The file's provenance (`weights_metadata`), to which method and names are added.
    """
    if len(names) != maps.components:
        raise ValueError(f"{len(names)} names for {maps.components} components")
    record = json.loads(metadata.get(KEY, "{}"))
    record["about"] = {**record.get("about", {}), "method": maps.method, "components": list(names)}
    save_safetensors(path, {"weights": maps.weights, "bias": maps.bias}, {KEY: as_json(record)})


def load_maps(path: Path, names: Sequence[str], width: int) -> Maps:
    """The maps that `save_maps` wrote.

    Args:
        path: The file.
        names: Of the components that they are needed for, in order.
        width: Of the model's representation.

    Raises:
        UserError: The file is missing or damaged, holds something else, or is of other components or another width.
    """
    tensors, about = read_weights(path), about_maps(path)
    weights, bias = tensors.get("weights"), tensors.get("bias")
    if weights is None or bias is None or not {"method", "components"} <= about.keys():
        raise UserError("no file of maps: it lacks weights, bias, method or names of components", where=path)
    maps = Maps(about["method"], weights, bias, len(about["components"]))
    _check_fit(maps, about["components"], names, width, path)
    return maps


def about_maps(path: Path) -> dict[str, Any]:
    """The statements that a file of maps makes of itself; none where it makes none."""
    with safe_open(path, framework="pt") as file:
        about: dict[str, Any] = json.loads((file.metadata() or {}).get(KEY, "{}")).get("about", {})
    return about


def _check_fit(maps: Maps, found: Sequence[str], wanted: Sequence[str], width: int, path: Path) -> None:
    problem = None
    if len(found) != len(wanted):
        problem = f"the maps are of {len(found)} components, the contributions of {len(wanted)}"
    elif maps.width != width:
        problem = f"the maps are of width {maps.width}, the contributions of width {width}"
    elif list(found) != list(wanted):
        first = next(pair for pair in zip(found, wanted, strict=True) if pair[0] != pair[1])
        problem = f"the maps have '{first[0]}' where the contributions have '{first[1]}'"
    if problem is not None:
        raise UserError(problem, where=path, remedy="align this decomposition of this model again")
