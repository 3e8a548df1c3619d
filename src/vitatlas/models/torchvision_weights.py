"""Weights that torchvision publishes and timm does not: where they are, and their keys in timm's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

from torch import Tensor, nn
from torch.hub import download_url_to_file

from vitatlas.errors import UserError, explained
from vitatlas.models import torchvision_ops  # noqa: F401  (torchvision needs this first)

# isort: split
from torchvision.models import get_weight

FIRST = "features.0.0.weight"
"""The first key of torchvision's MobileNetV2."""


def download_from_torchvision(name: str, path: Path) -> None:
    """Download weights by torchvision's name for them (`MobileNet_V2_Weights.IMAGENET1K_V1`).

    torchvision's file names hold the beginning of the checksum, which is checked.

    Raises:
        UserError: torchvision has no weights of this name; no network, or other bytes than promised; a full disk.
    """
    where = f"weights '{name}' of torchvision"
    try:
        url = get_weight(name).url
    except (ValueError, KeyError, AttributeError) as error:
        raise UserError(
            f"torchvision has no such weights: {error}", where=where, remedy="correct the key `file`"
        ) from error
    promised = re.search(r"-([0-9a-f]{8,})\.", url)
    try:
        download_url_to_file(url, str(path), hash_prefix=promised and promised[1], progress=False)
    except (URLError, OSError, RuntimeError) as error:
        raise explained(error, path) or UserError(
            f"the download failed: {error}",
            where=where,
            remedy="run again where there is a network, or hand the file over: docs/how-to/offline-weights.md",
        ) from error


def from_torchvision(state: Mapping[str, Tensor], backbone: nn.Module) -> dict[str, Tensor]:
    """The weights with timm's keys, if they are of torchvision's MobileNetV2 and the backbone is timm's.

    Both have the same layers in the same order; they are matched by it.
    """
    own = list(backbone.state_dict())
    if FIRST not in state or "conv_stem.weight" not in own:
        return dict(state)
    theirs = sorted({key.rpartition(".")[0] for key in state}, key=_place)
    ours = list(dict.fromkeys(key.rpartition(".")[0] for key in own))
    names = dict(zip(theirs, ours, strict=False))
    return {_renamed(key, names): value for key, value in state.items()}


def _renamed(key: str, names: Mapping[str, str]) -> str:
    layer, _, leaf = key.rpartition(".")
    return f"{names.get(layer, layer)}.{leaf}"


def _place(layer: str) -> tuple[bool, list[int]]:
    """Where a layer stands: by its numbers, the classifier last."""
    return layer.startswith("classifier"), [int(part) for part in layer.split(".") if part.isdigit()]
