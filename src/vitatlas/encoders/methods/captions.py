"""Matching pictures with captions, as CLIP does (Radford et al., 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.encoders.methods.contrast import both_ways
from vitatlas.encoders.methods.method import Learned, Method
from vitatlas.encoders.scenes import Scenes
from vitatlas.images.world.captions import captions, true_of
from vitatlas.images.world.settings import CaptionSettings
from vitatlas.images.world.tokenizer import encode
from vitatlas.jobs.seeds import derive_seed

LARGEST_SCALE = 100.0  # of the logits, as in CLIP
BRIEF = CaptionSettings(size=0, color=0, pattern=0, location=0, place=0, kind=0)


class Captions(Method):
    """The contrastive loss within a batch; a caption that is true of another picture, too, is a match of both.

    Args:
        clip: open_clip's model; its image tower is the encoder that is trained.
        settings: How often a caption says what.
        brief: Steps in which captions that say the category and nothing else give way to whole ones. Colour and
            location are quickly learned, and would else keep the loss from ever asking for the category.
    """

    def __init__(self, clip: Any, scenes: Scenes, settings: CaptionSettings, brief: int):
        super().__init__(clip.visual, scenes)
        self.clip, self.settings, self.brief = clip, settings, brief

    def forward(self, step: int) -> Learned:
        """The loss, and how often a picture finds a caption that is true of it."""
        scenes = self.scenes.table(step)
        seed = derive_seed(self.scenes.seed, "captions", step)
        settings = BRIEF if self._is_brief(step) else self.settings
        tokens = torch.from_numpy(encode(captions(scenes, settings, seed))).to(self.scenes.device)
        right = torch.from_numpy(true_of(scenes, settings, seed)).to(self.scenes.device).T
        images = self.encoder(self.scenes.renderer(scenes))
        texts = F.normalize(self.clip.encode_text(tokens), dim=-1)
        scale = self.clip.logit_scale.exp().clamp(max=LARGEST_SCALE)
        logits = scale * (images @ texts.T).float()
        found = right.gather(1, logits.argmax(1, keepdim=True)).float().mean()
        return both_ways(logits, right), {"accuracy": found}

    def _is_brief(self, step: int) -> bool:
        """Whether captions say the category alone: always at first, ever more rarely later."""
        rng = np.random.default_rng(derive_seed(self.scenes.seed, "brief", step))
        return self.brief > 0 and rng.random() >= step / self.brief

    def kept(self) -> Mapping[str, Tensor]:
        """The weights of both towers."""
        state: Mapping[str, Tensor] = self.clip.state_dict()
        return state
