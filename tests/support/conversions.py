"""Files of converted networks, and whether two networks compute the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from encoder_kinds import pictures
from torch import Tensor

from vitatlas.models.convert.command import Converted
from vitatlas.models.encoder import Encoder
from vitatlas.models.weights import save_safetensors

Convert = Callable[..., tuple[Encoder, Converted]]


def save(path: Path, state: Mapping[str, Tensor]) -> Path:
    save_safetensors(path, state)
    return path


def alike(first: Encoder, second: Encoder) -> bool:
    """Whether final tokens, and what heads make of them, are the same to the bit."""
    return all(map(torch.equal, _outputs(first), _outputs(second)))


@torch.no_grad()
def _outputs(encoder: Encoder) -> list[Tensor]:
    tokens = encoder.features(pictures(encoder.side))
    assert isinstance(tokens, Tensor)
    return [tokens, encoder.backbone.forward_head(tokens)]
