"""Text towers: those of miniatures that the workflow pretrains, and published ones."""

from __future__ import annotations

from pathlib import Path

from vitatlas.config.encoders import TextSizes
from vitatlas.encoders.quality.texts import text_tower
from vitatlas.encoders.seen.spec import EncoderSpec
from vitatlas.errors import UserError
from vitatlas.models.text.tower import TextEncoder, build_text_tower, load_text_tower


def tower_of(encoder: EncoderSpec, small: TextSizes | None, weights: Path) -> TextEncoder:
    """The text tower of a CLIP model, in evaluation mode.

    Args:
        encoder: The model.
        small: Sizes of a miniature's tower; None for a published one.
        weights: Of both towers.

    Raises:
        UserError: The model has no text tower; weights that do not fit.
    """
    if small is not None:
        return text_tower(encoder.model, small, weights, encoder.weights_seed).eval()
    text = encoder.model.encoder.text
    if text is None:
        raise UserError(f"model '{encoder.name}' has no text tower", remedy="choose a CLIP model as `text_model`")
    tower = build_text_tower(text)
    load_text_tower(tower, weights)
    return tower.eval()
