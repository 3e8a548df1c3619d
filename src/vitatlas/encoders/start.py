"""An encoder that starts from what another one learned."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import heads_of, load_encoder
from vitatlas.models.weights import load_state


def start_from(backbone: nn.Module, entry: EncoderEntry, path: str | Path) -> None:
    """Give a network the weights of another encoder; its own head stays.

    Args:
        backbone: The network.
        entry: Of the other encoder.
        path: Its weights.

    Raises:
        UserError: As `load_encoder`; or the two are of different architectures.
    """
    other = build_encoder(entry, seed=0)
    load_encoder(other, path)
    heads = tuple(f"{name}." for name in {*heads_of(backbone), *heads_of(other.backbone)})
    state = {key: value for key, value in other.backbone.state_dict().items() if not key.startswith(heads)}
    own = {key: value for key, value in backbone.state_dict().items() if key.startswith(heads)}
    load_state(backbone, {**state, **own}, path)
