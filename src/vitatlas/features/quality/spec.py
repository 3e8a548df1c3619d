"""The spec of the job that judges visualisations. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec


class QualitySpec(Strict):
    """The quality of the visualisations of some sets. Inputs `images` (npy) and `table` (of `visualise`), `weights` of
    the judge, and where visualisations are compared with natural pictures `top` (of `unit_scores`) and `indexes`;
    outputs `table` and `groups`.

    Attributes:
        encoder: The judge: another network than the one whose features are visualised.
        pictures: The natural pictures, as they were scored; None: none are compared.
        batch: Pictures that the judge sees at a time.
        top: Natural pictures per feature, those with the largest mean over patches.
        draws: Samples of features that intervals are taken from.
        seed: What these derive from.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec | None
    batch: int = Field(gt=0)
    top: int = Field(gt=0)
    draws: int = Field(gt=0)
    seed: int
    compute: Compute
