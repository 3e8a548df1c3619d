"""Encoders: a network of any family that timm has, from whole pictures to one vector each.

    encoder = build_encoder(zoo.encoder("swin_base"), seed=0)
    load_encoder(encoder, "resources/weights/swin_base.safetensors")
    z = encoder(images)                 # [B, width], images [B, 3, side, side] uint8
    logits = encoder.logits(images)     # [B, classes], of the published head, or of a classifier that was put on z

The preprocessing's statistics are inside, as in `vitatlas.models.build.Classifier`; resizing and cropping are not.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import normalize

from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.models.build import Normalise, draw_backbone, seeded

Features = Tensor | list[Tensor]
"""Final features as timm's `forward_features` gives them: tokens [B, T, D], maps [B, H, W, D] or [B, D, H, W] by
family; of CoaT, tokens at three resolutions."""


class Encoder(nn.Module):
    """A network, its preprocessing, and what is read as the representation z of a picture.

    Args:
        backbone: timm's network, with the head that its entry tells.
        entry: What it was built from.

    Attributes:
        normalise: uint8 images → the backbone's input.
        backbone: As given. The blocks of plain vision transformers are `OpenBlock`s.
        entry: As given.
        classifier: Reads z, [B, width] → [B, classes]; where it is set (a linear probe, a zero-shot head), it takes
            the place of the published head.

    Raises:
        UserError: The architecture has not what the entry's `readout` reads.
    """

    classifier: nn.Module | None

    def __init__(self, backbone: nn.Module, entry: EncoderEntry):
        super().__init__()
        self.normalise = Normalise(entry.preprocessing)
        self.backbone: Any = backbone
        self.entry = entry
        self.classifier = None
        _check_readout(backbone, entry)

    def forward(self, images: Tensor) -> Tensor:
        """z [B, width] of images [B, 3, side, side] uint8; of unit length if the readout is `projected`."""
        return self.read(self.features(images))

    def features(self, images: Tensor) -> Features:
        """Final features, after the network's last norm where that stands before its head."""
        features: Features = self.backbone.forward_features(self.normalise(images))
        return features

    def read(self, features: Features) -> Tensor:
        """z [B, width] of final features."""
        readout = self.entry.encoder.readout
        if readout == "cls":
            return features[:, 0]  # type: ignore[call-overload]  # `_check_readout` refused lists
        if readout == "mean":
            return self._mean(features)
        z: Tensor = self.backbone.forward_head(features, pre_logits=readout == "pooled")
        return normalize(z, dim=-1) if readout == "projected" else z

    def logits(self, images: Tensor) -> Tensor:
        """Logits [B, classes]: of `classifier` where it is set, else of the head that came with the weights.

        Raises:
            UserError: There is neither.
        """
        if self.classifier is not None:
            found: Tensor = self.classifier(self(images))
            return found
        return self.classify(self.features(images))

    def classify(self, features: Features) -> Tensor:
        """Logits [B, classes] of final features, by the head that came with the weights.

        Raises:
            UserError: The entry has no such head.
        """
        if not self.entry.encoder.classes:
            raise UserError(
                f"an encoder of architecture '{self.entry.timm}' has no classification head",
                where="config/models.yaml: key `encoder.classes`",
                remedy="train a linear probe on what it encodes, or use the text tower of a CLIP model",
            )
        logits: Tensor = self.backbone.forward_head(features)
        return logits

    @property
    def width(self) -> int:
        """Length of z."""
        settings = self.entry.encoder
        if settings.readout == "pooled":
            return int(self.backbone.head_hidden_size)
        return settings.projection or int(self.backbone.num_features)

    @property
    def side(self) -> int:
        """Side of the square images that it takes, in pixels."""
        return self.entry.encoder.image

    def _mean(self, features: Any) -> Tensor:
        """The mean over patches or positions."""
        if features.ndim == 3:
            prefix = getattr(self.backbone, "num_prefix_tokens", 0)
            mean: Tensor = features[:, prefix:].mean(dim=1)
            return mean
        positions = (1, 2) if getattr(self.backbone, "output_fmt", "NCHW") == "NHWC" else (2, 3)
        over_map: Tensor = features.mean(dim=positions)
        return over_map


def build_encoder(entry: EncoderEntry, *, seed: int) -> Encoder:
    """An encoder with random weights that depend on `seed` and on nothing else; in training mode, as torch builds.

    Raises:
        UserError: As `draw_backbone` and `Encoder`.
    """
    settings = entry.encoder
    with seeded(seed):
        return Encoder(draw_backbone(entry, settings.image, outputs=settings.classes or settings.projection), entry)


def _check_readout(backbone: nn.Module, entry: EncoderEntry) -> None:
    """Raise a UserError if the final features have not what the readout wants, or hide where it is."""
    readout = entry.encoder.readout
    has_class_token = getattr(backbone, "cls_token", None) is not None
    pyramid = hasattr(backbone, "cls_token1")  # CoaT: a class token per resolution
    says_prefix = hasattr(backbone, "num_prefix_tokens")
    if readout == "cls" and not has_class_token:
        problem = "it has no class token" if not pyramid else "it has class tokens at several resolutions"
    elif readout == "mean" and (has_class_token or pyramid) and not says_prefix:
        problem = "its final features do not say which of them are patches"
    else:
        return
    raise UserError(
        f"readout '{readout}' does not suit the architecture '{entry.timm}': {problem}",
        where="config/models.yaml: key `encoder.readout`",
        remedy="use the family's own readout, `pooled`",
    )
