"""The text tower of a CLIP model, as open_clip builds it: phrases → vectors of the space that pictures share.

tower = build_text_tower(entry.encoder.text)
load_text_tower(tower, "open_clip_model.safetensors")
tower(["a photo of a cat.", "a photo of a dog."])     # [2, d], at unit length
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from vitatlas.config.encoders import TextTower
from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (open_clip imports torchvision, which needs this first)
from vitatlas.models.build import seeded
from vitatlas.models.checkpoint import inside, without_wrappers
from vitatlas.models.values import check_finite
from vitatlas.models.weights import load_state, read_weights

# isort: split
import open_clip
from open_clip import CustomTextCLIP

Tokenizer = Callable[[list[str]], Tensor]
"""From N texts to token ids, int64 [N, context]. open_clip reads a text at its highest id: that of the end token."""

TOP_LEVEL = ("token_embedding.", "positional_embedding", "transformer.", "ln_final.", "text_projection", "cls_emb")
"""Where open_clip's `CLIP` keeps its text tower, beside the image tower; its `CustomTextCLIP` keeps it below `text.`"""

NO_VISION = {"layers": 1, "width": 64, "patch_size": 16, "image_size": 16}
"""The image tower that open_clip insists on building; it is thrown away."""


class TextEncoder(nn.Module):
    """A text transformer of open_clip with its tokenizer.

    Attributes:
        transformer: open_clip's `TextTransformer`.
        tokenizer: As given.
        logit_scale: Logarithm of the factor between cosines and logits, as the model was trained.
    """

    def __init__(self, transformer: nn.Module, tokenizer: Tokenizer, logit_scale: Tensor):
        super().__init__()
        self.transformer: Any = transformer
        self.tokenizer = tokenizer
        self.logit_scale = nn.Parameter(logit_scale.detach().clone())

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Vectors [N, d] of unit length."""
        tokens = self.tokenizer(list(texts)).to(self.logit_scale.device)
        return normalize(self.transformer(tokens), dim=-1)

    @property
    def width(self) -> int:
        """Length d of the vectors."""
        return int(self.transformer.output_dim)


def build_text_tower(settings: TextTower) -> TextEncoder:
    """The text tower of a published CLIP model, by open_clip's name, with random weights; nothing is downloaded.

    Raises:
        UserError: open_clip has no such architecture; or its texts need a tokenizer that open_clip does not bring.
    """
    name = settings.open_clip
    config = open_clip.get_model_config(name)
    where = f"open_clip architecture '{name}'"
    if config is None:
        near = difflib.get_close_matches(name, open_clip.list_models(), n=4)
        raise UserError(
            f"open_clip {open_clip.__version__} has no architecture '{name}'",
            where=where,
            remedy=f"similar names: {', '.join(near) or 'none'}",
        )
    text = config["text_cfg"]
    if text.get("hf_model_name") or text.get("hf_tokenizer_name"):
        raise UserError(
            "its text tower needs a tokenizer from a hub",
            where=where,
            remedy="choose a model with CLIP's own tokenizer",
        )
    with seeded(0):
        clip = CustomTextCLIP(config["embed_dim"], NO_VISION, text, quick_gelu=config.get("quick_gelu", False))
    return TextEncoder(clip.text, open_clip.get_tokenizer(name), clip.logit_scale)


def load_text_tower(tower: TextEncoder, path: str | Path) -> None:
    """Load the text tower's part of a CLIP model's file, in either of open_clip's two layouts.

    Raises:
        UserError: As `read_weights`; no text tower in the file; keys missing, unknown or of another shape; values that
            are not finite.
    """
    state = without_wrappers(read_weights(path))
    found = inside(state, "text.") or {key: value for key, value in state.items() if key.startswith(TOP_LEVEL)}
    found.pop("attn_mask", None)  # a constant that older versions of open_clip saved
    if not found or "logit_scale" not in state:
        raise UserError(
            "the file holds no text tower",
            where=path,
            remedy="take the file with both towers, as open_clip saves it (open_clip_model.safetensors)",
        )
    check_finite(found, path)
    load_state(tower.transformer, found, path)
    with torch.no_grad():
        tower.logit_scale.copy_(state["logit_scale"].reshape(()))
