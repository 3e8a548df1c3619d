"""The specs of the jobs that visualise features. Imports no torch."""

from __future__ import annotations

from pydantic import Field, model_validator

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec
from vitatlas.features.config.visualise import FeatureSet


class VisualiseSpec(Strict):
    """The visualisations of some sets of features of one encoder. Inputs `weights`, `moments` (of `unit_scores`; needed
    for weights per standard deviation), `spectrum` (for the parametrisation `maco`); outputs `images` (npy, uint8
    [N, S, S, 3]) and `table` (Parquet).

    Attributes:
        sets: The features, and how they are visualised, by a name.
        together: Features at a time. On a CPU results do not depend on it.
        part: The pictures whose scores count as natural, a part of those in `moments`; None: there is only one.
        seed: What all draws derive from.
    """

    encoder: EncoderSpec
    sets: dict[str, FeatureSet] = Field(min_length=1)
    together: int = Field(gt=0)
    part: str | None = None
    seed: int
    compute: Compute


class SpectrumSpec(Strict):
    """The mean magnitude spectrum of pictures. Inputs `weights`, `indexes`, `scenes`; output `spectrum`
    (safetensors)."""

    encoder: EncoderSpec
    pictures: PicturesSpec
    compute: Compute

    @model_validator(mode="after")
    def _one_part(self) -> SpectrumSpec:
        if len(self.pictures.parts) != 1:
            raise ValueError(f"pictures.parts: a spectrum is of one part, not of {len(self.pictures.parts)}")
        return self
