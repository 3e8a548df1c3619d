"""The base of all methods: a network that gives the loss of a step, and the weights that remain of it."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from vitatlas.encoders.scenes import Scenes
from vitatlas.models.encoder import Encoder

Learned = tuple[Tensor, dict[str, Tensor]]
"""The loss of a step, and figures worth seeing."""


class Method(nn.Module):
    """One objective.

    Args:
        encoder: The one to train.
        scenes: What there is to see.
    """

    def __init__(self, encoder: Encoder, scenes: Scenes):
        super().__init__()
        self.encoder, self.scenes = encoder, scenes

    def forward(self, step: int) -> Learned:
        """The loss of a step."""
        raise NotImplementedError

    def kept(self) -> Mapping[str, Tensor]:
        """The weights that remain: of the network with its head."""
        state: Mapping[str, Tensor] = self.encoder.backbone.state_dict()
        return state
