"""A small CLIP model of the picture world with random weights: its entry, its sizes, its file."""

from __future__ import annotations

from pathlib import Path

from decomposed import entry

from vitatlas.config.encoders import TextSizes
from vitatlas.images.world.tokenizer import CONTEXT, VOCABULARY
from vitatlas.models.text.miniature import mini_clip
from vitatlas.models.weights import save_safetensors

ENTRY = entry("clip")
SIZES = TextSizes(width=16, layers=1, heads=2)
SEED = 2


def saved_clip(path: Path) -> Path:
    """The file of both towers, as the workflow's pretraining writes it."""
    clip = mini_clip(ENTRY, SIZES.tower(VOCABULARY, CONTEXT), seed=SEED)
    save_safetensors(path, {name: value.contiguous() for name, value in clip.state_dict().items()}, {})
    return path
