"""Three pretraining objectives, each with the parts that only pretraining needs.

A method is given the classifier whose backbone it trains, and a draw of scenes; it returns the loss and figures worth
seeing. Its own parameters are thrown away afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from vitatlas.models.build import Classifier
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.pretraining.captions import Captions
from vitatlas.relations.pretraining.masked import Masked
from vitatlas.relations.pretraining.objects import Objects
from vitatlas.relations.pretraining.world import World

METHODS: dict[str, Callable[[Classifier, Pretraining, World], nn.Module]] = {
    "objects": Objects,
    "captions": Captions,
    "mae": Masked,
}
