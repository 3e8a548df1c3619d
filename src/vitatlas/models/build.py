"""From an entry of the zoo to a network with random weights.

- A backbone is of any family that timm has, without a classifier. Many have sites (`vitatlas.models.sites`).
- A classifier is a plain vision transformer with a readout of its last tokens and a linear head.
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn

from vitatlas.config.models import Backbone, Preprocessing
from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
import timm
from timm.layers import build_sincos2d_pos_embed
from timm.models.vision_transformer import VisionTransformer

from vitatlas.models.initial import attends_plainly, set_mimetic_attention
from vitatlas.models.plain import open_blocks

NOT_ARCHITECTURE = (
    *("pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir"),
    *("num_classes", "device", "dtype"),
)
"""Arguments of `timm.create_model` that are not an entry's: they read weights, or are set here."""

HEAD_STD = 0.02  # as timm and the original ViT initialise a linear layer
SINCOS_SCALE = 0.5  # keeps the fixed pattern from drowning the patch embedding at width 64


class Normalise(nn.Module):
    """uint8 RGB in [0, 255] → float, (value / 255 - mean) / std per channel.

    The statistics are buffers outside the state dict: assign another `Normalise` to `classifier.normalise` to analyse
    a model with statistics it was not trained with.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, preprocessing: Preprocessing):
        super().__init__()
        for name in ("mean", "std"):
            values = torch.tensor(getattr(preprocessing, name)).view(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """[B, 3, H, W] uint8 → the same shape in the buffers' float type; TypeError for any other input type."""
        if images.dtype != torch.uint8:
            raise TypeError(f"images must be uint8, got {images.dtype}")
        return (images.to(self.mean.dtype) - 255 * self.mean) / (255 * self.std)


class Classifier(nn.Module):
    """A plain vision transformer with a linear readout. The head's weights are drawn from torch's global generator.

    Args:
        backbone: A backbone that `is_plain`.
        preprocessing: The statistics of its input.
        classes: Number of classes.
        readout: What the head reads: the class token, or it and the mean patch token (as DINOv2 is probed).
        head_bias: Whether the head has a bias.

    Attributes:
        normalise: uint8 images → the backbone's input.
        backbone: timm's VisionTransformer without a head; its blocks are `OpenBlock`s.
        readout: As given.
        head: Linear, from what is read to the classes.
    """

    def __init__(
        self,
        backbone: VisionTransformer,
        preprocessing: Preprocessing,
        *,
        classes: int,
        readout: Literal["cls", "cls+mean"] = "cls",
        head_bias: bool = True,
    ):
        super().__init__()
        self.normalise = Normalise(preprocessing)
        self.backbone = backbone
        self.readout = readout
        features = backbone.embed_dim * (2 if readout == "cls+mean" else 1)
        self.head = nn.Linear(features, classes, bias=head_bias)
        nn.init.trunc_normal_(self.head.weight, std=HEAD_STD)
        if self.head.bias is not None:
            nn.init.zeros_(self.head.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [B, classes] of images [B, 3, H, W] uint8."""
        return self.classify(self.backbone.forward_features(self.normalise(images)))

    def classify(self, tokens: Tensor) -> Tensor:
        """Logits [B, classes] of final tokens [B, prefix + patches, width], after the backbone's norm if it has one."""
        features = tokens[:, 0]
        if self.readout == "cls+mean":
            features = torch.cat([features, tokens[:, self.prefix :].mean(dim=1)], dim=-1)
        return self.head(features)

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return len(self.backbone.blocks)

    @property
    def heads(self) -> int:
        """Attention heads per block."""
        first: Any = self.backbone.blocks[0]
        return first.attn.num_heads

    @property
    def width(self) -> int:
        """Length of a token vector."""
        return self.backbone.embed_dim

    @property
    def prefix(self) -> int:
        """Number of tokens before the patch tokens (class token, registers)."""
        return self.backbone.num_prefix_tokens

    @property
    def grid(self) -> int:
        """Patches per side."""
        return self.backbone.patch_embed.grid_size[0]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """torch's global generator on the CPU, started from `seed`; on leaving, it goes on as if nothing had been drawn."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def build_backbone(entry: Backbone, image: int, *, seed: int) -> nn.Module:
    """A backbone with random weights that depend on `seed` and on nothing else; the global generator is left alone.

    Args:
        entry: What to build.
        image: Side of the square images, in pixels; of no effect on architectures that take images of any size.

    Raises:
        UserError: As `draw_backbone`.
    """
    with seeded(seed):
        return draw_backbone(entry, image)


def draw_backbone(entry: Backbone, image: int, *, outputs: int = 0) -> nn.Module:
    """The backbone of `build_backbone`, with weights drawn from torch's global generator: for networks that draw more.

    No file is read, nothing is downloaded.

    Args:
        entry, image: As in `build_backbone`.
        outputs: Length of what timm's own head gives: classes, or a projection; 0: without a head.

    Raises:
        UserError: timm has no such architecture, or it rejects the image size or the entry's `architecture` arguments,
            or they are no description of an architecture; or it has no position embedding for the entry's
            `position_init`, or no plain attention for its `attention_init`.
    """
    where = f"timm architecture '{entry.timm}'"
    if "." in entry.timm or not timm.is_model(entry.timm):  # timm would accept a weights tag, and ignore it here
        near = difflib.get_close_matches(entry.timm, timm.list_models(), n=4)
        raise UserError(
            f"timm {timm.__version__} has no architecture '{entry.timm}'",
            where=where,
            remedy=f"similar names: {', '.join(near) or 'none'}; weights tags (after a dot) belong in `hub`",
        )
    _check_arguments(entry, where)
    arguments = {**({"img_size": image} if _fixes_image_size(entry.timm) else {}), **entry.architecture}
    try:
        backbone = timm.create_model(entry.timm, pretrained=False, num_classes=outputs, **arguments)
    except Exception as error:  # of any type: whatever the first line of timm raises that a value does not suit
        raise UserError(
            f"timm cannot build it with {arguments}: {_reason(error)}",
            where=where,
            remedy="correct the key `architecture`",
        ) from error
    open_blocks(backbone)
    if entry.position_init == "sincos2d":
        _set_sincos_positions(backbone, where)
    if entry.attention_init == "mimetic":
        _set_mimetic_attention(backbone, where)
    return backbone


def _check_arguments(entry: Backbone, where: str) -> None:
    """Raise a UserError for arguments that are not the architecture's, or leave weights without values."""
    wrong = [name for name in NOT_ARCHITECTURE if name in entry.architecture]
    if wrong:
        problem = f"{', '.join(f'`{name}`' for name in wrong)}: not an argument that describes an architecture"
        raise UserError(problem, where=where, remedy="take it out of `architecture`")
    if entry.architecture.get("weight_init") == "skip":
        problem = "`weight_init: skip` leaves weights at what their memory happens to hold"
        raise UserError(problem, where=where, remedy="leave out `weight_init`, or choose another")


def _reason(error: Exception) -> str:
    """The words of an error, or the line that raised it: timm's assertions are often without words."""
    return str(error) or traceback.extract_tb(error.__traceback__)[-1].line or type(error).__name__


def _fixes_image_size(architecture: str) -> bool:
    """Whether networks of the architecture are built for images of one size, by what timm says of its weights."""
    config = timm.get_pretrained_cfg(architecture)
    return config is not None and config.fixed_input_size


@torch.no_grad()
def _set_sincos_positions(backbone: nn.Module, where: str) -> None:
    """Start from 2-D sines and cosines (as in MAE); class and register tokens start at zero."""
    positions = getattr(backbone, "pos_embed", None)
    if not isinstance(backbone, VisionTransformer) or positions is None:
        raise UserError(
            "position_init is 'sincos2d', but the architecture has no position embedding of a vision transformer",
            where=where,
            remedy="leave out `position_init`",
        )
    if backbone.embed_dim % 4:
        raise UserError(
            f"position_init is 'sincos2d', but the width {backbone.embed_dim} is not divisible by 4",
            where=where,
            remedy="choose another `embed_dim`, or leave out `position_init`",
        )
    grid = build_sincos2d_pos_embed(list(backbone.patch_embed.grid_size), dim=backbone.embed_dim)
    positions.zero_()
    positions[0, -len(grid) :] = SINCOS_SCALE * grid


def _set_mimetic_attention(backbone: nn.Module, where: str) -> None:
    """Start from attention like that of trained transformers."""
    if not isinstance(backbone, VisionTransformer) or not attends_plainly(backbone):
        raise UserError(
            "attention_init is 'mimetic', but the architecture has not the attention of a plain vision transformer",
            where=where,
            remedy="leave out `attention_init`",
        )
    set_mimetic_attention(backbone)
