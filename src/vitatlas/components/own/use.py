"""One entry of the key `own`, with what follows from it. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from vitatlas.components.align.config import Method
from vitatlas.components.config.own import Own
from vitatlas.components.settings import ComponentsSettings
from vitatlas.encoders.seen.own import OwnUse
from vitatlas.encoders.seen.spec import EncoderSpec

DEFAULT_METHOD: Method = "compalign"


@dataclass(frozen=True)
class Use(OwnUse):
    """One entry; see `OwnUse`."""

    of: ComponentsSettings

    @property
    def entry(self) -> Own:
        """As it stands in the configuration."""
        return self.of.own.own[self.name]

    @property
    def text_model(self) -> str:
        """The CLIP model of whose space the words are."""
        return self.entry.text_model or self.of.text_model_of(self.entry.model)[0]

    @property
    def text_run(self) -> int:
        """Its run."""
        return self.entry.run if self.text_model == self.entry.model else self.of.runs_of(self.text_model)[0]

    @property
    def method(self) -> Method | None:
        """How components are mapped; None where the words are of the model's own space, and no method is asked for."""
        own_space = self.text_model == self.entry.model and self.of.own_space(self.entry.model)
        return self.entry.method or (None if own_space else DEFAULT_METHOD)

    @property
    def text_encoder(self) -> EncoderSpec:
        """The CLIP model's image encoder."""
        return self.of.encoder(SimpleNamespace(model=self.text_model, run=self.text_run))
