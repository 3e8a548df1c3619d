"""The view of the configuration that papers about encoders have in common. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vitatlas.encoders.seen.sources import Brought, Source
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec
from vitatlas.paper.specs import Settings

GROUND = "pictures"
"""The room whose rules make indexes of data sets, and pretrain encoders."""


@dataclass(frozen=True)
class SeenSettings(Settings):
    """The tier and the models, for a paper whose section says which runs of encoders it looks at (`runs_of`)."""

    def encoder(self, wildcards: Any) -> EncoderSpec:
        """The encoder that wildcards name.

        Raises:
            UserError: The model is no encoder.
        """
        return self.encoder_of(wildcards.model, int(wildcards.run))

    def encoder_of(self, model: str, run: int) -> EncoderSpec:
        """An encoder by name and run.

        Raises:
            UserError: The model is no encoder.
        """
        seed = self.seed("encoder", model, f"run{run}")
        return EncoderSpec(name=model, run=run, model=self.zoo.encoder(model), weights_seed=seed)

    def runs_of(self, model: str) -> list[int]:
        """The runs of a model: those of its pretraining, or of its random weights; published ones are there once."""
        numbers: list[int] = self.section.runs_of(model)
        return numbers if self.zoo.models[model].origin in ("pretrain", "none") else [0]

    def pictures(self, parts: Mapping[str, Source], batch: int) -> PicturesSpec:
        """The pictures of some parts. Scenes do not depend on the model that sees them."""
        return PicturesSpec(parts=dict(parts), seed=self.seed("pictures"), batch=batch)

    def indexes_of(self, sources: Iterable[Source]) -> list[str]:
        """The indexes of the data sets that sources name, each once."""
        names = dict.fromkeys(source.data for source in sources if isinstance(source, Brought))
        return [f"{self.results}/index/{GROUND}/{name}.parquet" for name in names]
