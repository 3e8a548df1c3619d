"""A classifier under pyvene's sigmoid-masked rotated-space intervention, for the oracle tests. Import pyvene first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.models.build import Classifier


class Wrapped(nn.Module):
    """A classifier with what pyvene asks for: a configuration, a device, and arguments by name."""

    device = torch.device("cpu")

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier
        self.config = SimpleNamespace(hidden_size=classifier.width)

    def forward(self, images: Tensor) -> Tensor:
        return self.classifier(images)


class Intervened:
    """A model with one intervention after block `layer`, at `tokens` tokens.

    pyvene's intervention acts on one token vector, so the same one stands at every token. It is not linked by
    `intervention_link_key`: pyvene 0.1.8 then hands the first token's result to the others as their base.

    Attributes:
        learned: pyvene's intervention: `rotate_layer.weight`, `masks`, `set_temperature`.
    """

    def __init__(self, classifier: Classifier, layer: int, tokens: int):
        import pyvene

        shared = pyvene.SigmoidMaskRotatedSpaceIntervention(embed_dim=classifier.width, keep_last_dim=False)
        self.learned: Any = shared.to(classifier.head.weight.dtype)
        site = pyvene.RepresentationConfig(
            layer=layer,
            component=f"classifier.backbone.blocks[{layer}].output",
            unit="pos",
            max_number_of_units=1,
            intervention=self.learned,
            group_key=0,
        )
        config = pyvene.IntervenableConfig([site] * tokens)
        self._model = pyvene.IntervenableModel(config, Wrapped(classifier))

    def __call__(self, base: Tensor, source: Tensor, edited: Tensor, given: Tensor) -> Tensor:
        """Logits [B, 2] of images `base`, the tokens `edited` [B, n] intervened on from `given` [B, n] of `source`."""
        places = tuple([[[token] for token in column.tolist()] for column in tokens.T] for tokens in (given, edited))
        return self._model({"images": base}, [{"images": source}], {"sources->base": places})[1]
