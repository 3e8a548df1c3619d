"""Naming the category of the object, and other attributes of the scene."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.encoders.methods.method import Learned, Method
from vitatlas.encoders.scenes import Scenes, numbered
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import VALUES
from vitatlas.models.encoder import Encoder


class Labels(Method):
    """Cross-entropy over categories; and, as the mean over further attributes, over the values of each, which linear
    layers on z name.

    With a teacher, a second head on the distillation token learns the teacher's answers, right or wrong, and both
    losses count one half (hard distillation, Touvron et al. 2021, section 4).

    Args:
        teacher: An encoder with a head over the same categories.
        attributes: The further ones; none with a teacher.

    Raises:
        UserError: A teacher is given, and the network has no distillation token.
    """

    def __init__(
        self, encoder: Encoder, scenes: Scenes, teacher: Encoder | None = None, attributes: Sequence[str] = ()
    ):
        super().__init__(encoder, scenes)
        if teacher is not None:
            if not hasattr(encoder.backbone, "set_distilled_training"):
                raise UserError(
                    f"architecture '{encoder.entry.timm}' has no distillation token that a teacher could teach",
                    where="key 'teacher' of the encoder's pretraining",
                    remedy="choose a distilled architecture, or leave the teacher out",
                )
            encoder.backbone.set_distilled_training(True)
        self._teacher = [teacher.eval()] if teacher is not None else []  # in a list: no part of what is trained
        self.named = nn.ModuleDict({name: nn.Linear(encoder.width, len(VALUES[name])) for name in attributes})

    def forward(self, step: int) -> Learned:
        """The loss, and how often the category is named rightly."""
        scenes = self.scenes.table(step)
        images, category = self.scenes.renderer(scenes), self._asked(scenes, "category")
        features = self.encoder.features(images)
        found = self.encoder.classify(features)
        if self._teacher:
            found, distilled = found
            with torch.no_grad():
                told = self._teacher[0].logits(images).argmax(1)
            loss = (F.cross_entropy(found.float(), category) + F.cross_entropy(distilled.float(), told)) / 2
        else:
            loss = F.cross_entropy(found.float(), category)
        if self.named:
            z = self.encoder.read(features)
            others = [
                F.cross_entropy(layer(z).float(), self._asked(scenes, name)) for name, layer in self.named.items()
            ]
            loss = loss + torch.stack(others).mean()
        return loss, {"accuracy": (found.argmax(1) == category).float().mean()}

    def _asked(self, scenes: pd.DataFrame, attribute: str) -> Tensor:
        return numbered(scenes, attribute).to(self.scenes.device)
