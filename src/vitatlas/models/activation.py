"""GELU or quick-GELU: networks of CLIP's kind run with either, and only one of them is right for their weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from vitatlas.config.models import Backbone
from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
import timm
from timm.layers import QuickGELU

OPENAI_ONLY = "input_resolution"
"""A key that only OpenAI's own files have."""


def check_activation(
    backbone: nn.Module, state: Mapping[str, Tensor], path: str | Path, entry: Backbone | None = None
) -> None:
    """Check the activation function against what is known of the weights: their repository, or OpenAI's own format.

    Weights of other origin say nothing of it, and pass.

    Args:
        backbone: The network, as timm built it.
        state: The weights as they stand in the file.
        path: The file, for messages.
        entry: What the network was built from, where that is known.

    Raises:
        UserError: A network with GELU gets weights that were trained with quick-GELU, or the other way round.
    """
    wanted = _of_repository(entry.hub if entry else None)
    if OPENAI_ONLY in state:
        wanted = True
    has = any(isinstance(module, QuickGELU) for module in backbone.modules())
    if wanted is None or wanted == has:
        return
    names = {True: "quick-GELU", False: "GELU"}
    name = entry.timm if entry else str(backbone.pretrained_cfg["architecture"])  # type: ignore[index]
    other = name.replace("_quickgelu", "") if has else name.replace("_clip_", "_clip_quickgelu_")
    raise UserError(
        f"the weights were trained with {names[wanted]}, and '{name}' computes with {names[has]}",
        where=path,
        remedy=f"use the architecture '{other}'",
    )


def _of_repository(hub: str | None) -> bool | None:
    """Whether the weights of a repository of timm's are for quick-GELU; None where timm does not say."""
    config = timm.get_pretrained_cfg(hub.removeprefix("timm/")) if hub and hub.startswith("timm/") else None
    if config is None or "clip" not in str(config.architecture):
        return None
    notes = " ".join(config.notes or ())
    return "quickgelu" in notes.lower() or "quickgelu" in str(config.architecture)
