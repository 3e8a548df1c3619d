"""Matching pictures with captions, as CLIP does (Radford et al., 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


class Captions(Method):
    """The contrastive loss within a batch; a caption that is true of another picture, too, is a match of both.

    Args:
        clip: open_clip's model; its image tower is the encoder that is trained.
        settings: How often a caption says what.
        locked: Steps, the first ones, in which the image tower learns nothing but its projection (LiT, Zhai et al.
            2022): texts that know nothing yet do not undo what it starts with.
    """

    def __init__(self, clip: Any, scenes: Scenes, settings: CaptionSettings, locked: int):
        super().__init__(clip.visual, scenes)
        self.clip, self.settings, self.locked = clip, settings, locked

    def forward(self, step: int) -> Learned:
        """The loss, and how often a picture finds a caption that is true of it."""
        scenes = self.scenes.table(step)
        seed = derive_seed(self.scenes.seed, "captions", step)
        tokens = torch.from_numpy(encode(captions(scenes, self.settings, seed))).to(self.scenes.device)
        right = torch.from_numpy(true_of(scenes, self.settings, seed)).to(self.scenes.device).T
        with torch.set_grad_enabled(torch.is_grad_enabled() and step >= self.locked):
            features = self.encoder.features(self.scenes.renderer(scenes))
        texts = F.normalize(self.clip.encode_text(tokens), dim=-1)
        scale = self.clip.logit_scale.exp().clamp(max=LARGEST_SCALE)
        logits = scale * (self.encoder.read(features) @ texts.T).float()
        found = right.gather(1, logits.argmax(1, keepdim=True)).float().mean()
        return both_ways(logits, right), {"accuracy": found}

    def kept(self) -> Mapping[str, Tensor]:
        """The weights of both towers."""
        state: Mapping[str, Tensor] = self.clip.state_dict()
        return state
