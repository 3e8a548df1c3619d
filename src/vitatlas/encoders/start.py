"""An encoder that starts from what another one learned."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder_weights import heads_of, loaded_encoder
from vitatlas.models.weights import load_state


def start_from(backbone: nn.Module, entry: EncoderEntry, path: str | Path) -> None:
    """Give a network the weights of another encoder; its own head stays.

    Args:
        backbone: The network.
        entry: Of the other encoder.
        path: Its weights.

    Raises:
        UserError: As `loaded_encoder`; or the two are of different architectures.
    """
    other = loaded_encoder(entry, [path]).backbone
    heads = tuple(f"{name}." for name in {*heads_of(backbone), *heads_of(other)})
    state = {key: value for key, value in other.state_dict().items() if not key.startswith(heads)}
    own = {key: value for key, value in backbone.state_dict().items() if key.startswith(heads)}
    load_state(backbone, {**state, **own}, path)
