"""The key `encoder` of an entry of the zoo: how whole pictures go into the network, and what is read as their
representation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vitatlas.config.numbers import Pixels
from vitatlas.config.strict import Strict, WithoutDefaults

Pooling = Literal["cls", "mean", "pooled", "projected"]


class TextTower(WithoutDefaults):
    """The text tower of a CLIP model, in open_clip's format: its image tower is the entry's encoder."""

    open_clip: str = Field(description="open_clip's name of the architecture, such as ViT-B-16-quickgelu")
    hub: str = Field(description="repository of the published weights of both towers")
    file: str = Field(default="open_clip_model.safetensors", description="file in that repository")


class EncoderSettings(WithoutDefaults):
    """How pictures go in, and what comes out."""

    image: Pixels = Field(description="side of the square images that the network takes, in pixels")
    resize: Pixels | None = Field(
        default=None,
        description="length in pixels to which a picture's shorter side is brought before the centre is cropped; null: "
        "that of `image`",
    )
    interpolation: Literal["bicubic", "bilinear"] = Field(default="bicubic", description="how pictures are resized")
    classes: int = Field(
        default=0,
        ge=0,
        le=10**6,
        description="classes of the classification head that the weights have; 0: none, or left out",
    )
    projection: int = Field(
        default=0,
        ge=0,
        le=10**6,
        description="length of the vectors that images and texts share (CLIP models); 0: none",
    )
    readout: Pooling = Field(
        default="pooled",
        description="what of the final features is the representation. cls: the class token; mean: the mean over "
        "patches or positions; pooled: what the family's own head classifies; projected: what is compared with texts, "
        "at unit length",
    )
    resample: bool = Field(
        default=False,
        description="whether position embeddings may be resampled where the weights are of another image size",
    )
    text: TextTower | None = Field(default=None, description="the text tower that belongs to the network")

    @property
    def shorter_side(self) -> int:
        """Length in pixels of a picture's shorter side before the centre is cropped."""
        return self.resize or self.image

    @model_validator(mode="after")
    def _fits(self) -> EncoderSettings:
        if self.shorter_side < self.image:
            raise ValueError(f"resize {self.resize} is smaller than the crop, image {self.image}")
        if self.classes and self.projection:
            raise ValueError("classes and projection: a network ends in the one or in the other")
        if (self.readout == "projected") != bool(self.projection):
            raise ValueError("readout 'projected' and the key projection need each other")
        return self


class TextSizes(Strict):
    """Sizes of a small text tower that the workflow trains itself; its language is its trainer's."""

    width: int = Field(gt=0, description="length of a token's vector")
    layers: int = Field(gt=0, description="blocks of the transformer")
    heads: int = Field(gt=0, description="attention heads per block")

    def tower(self, vocabulary: int, context: int) -> SmallTextTower:
        """The tower over a language."""
        return SmallTextTower(**self.model_dump(), vocabulary=vocabulary, context=context)


class SmallTextTower(TextSizes):
    """A small text tower over a language, of open_clip's kind."""

    vocabulary: int = Field(gt=1, description="token ids, that of the end token the highest")
    context: int = Field(gt=1, description="tokens of a text, end token and padding included")

    @property
    def open_clip(self) -> dict[str, int]:
        """The same in open_clip's words."""
        sizes = {"width": self.width, "layers": self.layers, "heads": self.heads}
        return {**sizes, "vocab_size": self.vocabulary, "context_length": self.context}
