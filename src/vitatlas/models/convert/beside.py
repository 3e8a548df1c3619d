"""The file that transformers puts beside weights, `config.json`, compared with what weights do not tell.

The number of heads and the activation function change what is computed, and no shape.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import nn

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers import QuickGELU

CONFIG = "config.json"
QUICK = "quick_gelu"
KNOWN = ("gelu", QUICK)
"""Activation functions that timm's networks of these families compute with."""


def check_config(network: Any, weights: Path, architecture: str) -> list[str]:
    """Compare a network with the configuration beside a file of weights, if there is one.

    Returns:
        What differs without being wrong, in words.

    Raises:
        UserError: The network has other heads or another activation function; or the configuration is no JSON.
    """
    path = weights.parent / CONFIG
    if not path.is_file():
        return [f"no {CONFIG} lies beside the weights: the number of heads and the activation function are not checked"]
    said = _read(path)
    heads, own = said.get("num_attention_heads"), network.blocks[0].attn.num_heads
    if heads not in (None, own):
        raise UserError(
            f"the checkpoint has {heads} heads per block, '{architecture}' {own}",
            where=path,
            remedy=f"take another architecture, or the argument num_heads={heads}",
        )
    _check_activation(network, said.get("hidden_act"), path, architecture)
    epsilon, ours = said.get("layer_norm_eps"), network.blocks[0].norm1.eps
    if epsilon in (None, ours):
        return []
    return [f"layer norms add {epsilon:g} to the variance in the checkpoint, {ours:g} in timm: outputs differ slightly"]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return dict(content.get("vision_config") or content)
    except (ValueError, AttributeError) as error:
        raise UserError(f"the configuration is damaged: {error}", where=path, remedy="fetch it again") from error


def _check_activation(network: nn.Module, said: str | None, path: Path, architecture: str) -> None:
    quick = any(isinstance(module, QuickGELU) for module in network.modules())
    if said is None or (said in KNOWN and (said == QUICK) == quick):
        return
    if said in KNOWN:
        other = architecture.replace("_quickgelu", "") if quick else architecture.replace("_clip_", "_clip_quickgelu_")
        remedy = f"take the architecture '{other}'" if other != architecture else "take another architecture"
    else:
        remedy = f"only networks with {' or '.join(KNOWN)} can be converted"
    raise UserError(
        f"the checkpoint computes with the activation function {said}, '{architecture}' with another",
        where=path,
        remedy=remedy,
    )
