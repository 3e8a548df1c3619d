"""From the settings of a pretraining to its method, with the encoder in it."""

from __future__ import annotations

from vitatlas.config.models import EncoderEntry
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.methods.captions import Captions
from vitatlas.encoders.methods.labels import Labels
from vitatlas.encoders.methods.method import Method
from vitatlas.encoders.methods.views import Views
from vitatlas.encoders.scenes import Scenes
from vitatlas.images.world.tokenizer import CONTEXT, VOCABULARY
from vitatlas.models.build import seeded
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.text.miniature import mini_clip


def make_method(
    entry: EncoderEntry, settings: EncoderTraining, scenes: Scenes, teacher: Encoder | None, seed: int
) -> Method:
    """The method that trains an encoder from random weights.

    Args:
        teacher: Where the settings ask for one.
        seed: What all weights depend on.

    Raises:
        UserError: The encoder cannot be built, or has not what the method needs.
    """
    if settings.text is not None:
        clip = mini_clip(entry, settings.text.tower(VOCABULARY, CONTEXT), seed=seed)
        return Captions(clip, scenes, settings.captions, round(settings.locked * settings.steps))
    encoder = build_encoder(entry, seed=seed)
    with seeded(seed):
        if settings.method == "labels":
            return Labels(encoder, scenes, teacher, settings.attributes)
        return Views(encoder, scenes, settings.same_location)
