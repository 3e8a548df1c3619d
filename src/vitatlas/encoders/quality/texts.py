"""The knowledge of a CLIP miniature, asked by texts (zero-shot, Radford et al. 2021, section 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from vitatlas.config.encoders import TextSizes
from vitatlas.config.models import EncoderEntry
from vitatlas.images.world.attributes import VALUES
from vitatlas.images.world.prompts import prompts
from vitatlas.images.world.tokenizer import CONTEXT, VOCABULARY, encode
from vitatlas.models.text.miniature import mini_clip, text_tower_of
from vitatlas.models.text.tower import TextEncoder, load_text_tower
from vitatlas.models.text.zero_shot import embedded


def text_tower(entry: EncoderEntry, sizes: TextSizes, path: Path, seed: int) -> TextEncoder:
    """The text tower of a CLIP miniature that the workflow pretrained.

    Raises:
        UserError: Weights that do not fit.
    """
    clip = mini_clip(entry, sizes.tower(VOCABULARY, CONTEXT), seed=seed)
    tower = text_tower_of(clip, _tokens)
    load_text_tower(tower, path)
    return tower.eval()


def read_by_texts(
    entry: EncoderEntry, sizes: TextSizes, path: Path, z: Tensor, seed: int
) -> Iterator[tuple[str, str, Tensor]]:
    """For each attribute, the value whose text is nearest to each representation z [N, d]."""
    tower = text_tower(entry, sizes, path, seed).to(z.device)
    for attribute in VALUES:
        vectors = embedded(tower, list(prompts(attribute).values()))
        yield "zero-shot", attribute, (z @ vectors.T).argmax(1)


def _tokens(texts: Sequence[str]) -> Tensor:
    return torch.from_numpy(encode(texts))
