"""open_clip's CLIP in small: any encoder of the zoo as image tower, and a text tower over a vocabulary of one's own."""

from __future__ import annotations

from torch import nn

from vitatlas.config.encoders import SmallTextTower
from vitatlas.config.models import EncoderEntry
from vitatlas.models.build import seeded
from vitatlas.models.encoder import build_encoder
from vitatlas.models.text.tower import NO_VISION, TextEncoder, Tokenizer

# isort: split
from open_clip import CustomTextCLIP


def mini_clip(entry: EncoderEntry, text: SmallTextTower, *, seed: int) -> CustomTextCLIP:
    """open_clip's CLIP with an `Encoder` as its image tower; pictures go in as uint8 [B, 3, side, side].

    Its state dict serves `load_encoder` (keys `visual.backbone.…`) and `load_text_tower` (keys `text.…`).

    Args:
        entry: An encoder with readout `projected`; the width of its projection is the width of both towers.
        text: Sizes of the text tower.
        seed: What the weights of both towers depend on.

    Raises:
        UserError: As `build_encoder`.
    """
    image = build_encoder(entry, seed=seed)
    _without_bias(image.backbone.get_classifier())
    with seeded(seed):
        clip = CustomTextCLIP(entry.encoder.projection, NO_VISION, text.open_clip)
    clip.visual = image
    return clip


def _without_bias(projection: nn.Linear) -> None:
    """CLIP's projection has no bias: timm's stays at zero, and is not trained."""
    nn.init.zeros_(projection.bias)
    projection.bias.requires_grad_(False)


def text_tower_of(clip: CustomTextCLIP, tokenizer: Tokenizer) -> TextEncoder:
    """The text tower of a CLIP model, trained or not; it shares the transformer with the model."""
    return TextEncoder(clip.text, tokenizer, clip.logit_scale)
