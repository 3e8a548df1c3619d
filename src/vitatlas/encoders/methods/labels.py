"""Naming the category of the object."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from vitatlas.encoders.methods.method import Learned, Method
from vitatlas.encoders.scenes import Scenes, numbered
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder


class Labels(Method):
    """Cross-entropy over categories.

    With a teacher, a second head on the distillation token learns the teacher's answers, right or wrong, and both
    losses count one half (hard distillation, Touvron et al. 2021, section 4).

    Args:
        teacher: An encoder with a head over the same categories.

    Raises:
        UserError: A teacher is given, and the network has no distillation token.
    """

    def __init__(self, encoder: Encoder, scenes: Scenes, teacher: Encoder | None = None):
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

    def forward(self, step: int) -> Learned:
        """The loss, and how often the category is named rightly."""
        scenes = self.scenes.table(step)
        images, category = self.scenes.renderer(scenes), numbered(scenes, "category").to(self.scenes.device)
        found = self.encoder.logits(images)
        if self._teacher:
            own, distilled = found
            with torch.no_grad():
                told = self._teacher[0].logits(images).argmax(1)
            loss = (F.cross_entropy(own.float(), category) + F.cross_entropy(distilled.float(), told)) / 2
            found = own
        else:
            loss = F.cross_entropy(found.float(), category)
        return loss, {"accuracy": (found.argmax(1) == category).float().mean()}
