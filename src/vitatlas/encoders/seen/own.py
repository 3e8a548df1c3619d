"""Entries of a paper's section `own`: a user's own model on pictures of one data set. Imports no torch."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from vitatlas.config.models import ModelZoo
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config
from vitatlas.encoders.seen.check import check_data
from vitatlas.encoders.seen.settings import SeenSettings
from vitatlas.encoders.seen.sources import Brought
from vitatlas.encoders.seen.spec import EncoderSpec
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.missing import without

PART = "own"
"""The name of the pictures among parts."""


@dataclass(frozen=True)
class OwnUse:
    """One entry, with what follows from it.

    Attributes:
        of: The tier, as the paper sees it.
        name: Of the entry.

    Raises:
        UserError: The configuration has no such entry.
    """

    of: SeenSettings
    name: str

    def __post_init__(self) -> None:
        entries = self.of.section.own
        require_known(self.name, entries, f"entry of '{self.of.paper}.own'", "the requested target")

    @property
    def entry(self) -> Any:
        """As it stands in the configuration; it has `data`, `model`, `run` and `pictures`."""
        return self.of.section.own[self.name]

    @property
    def source(self) -> Brought:
        """The pictures."""
        return Brought(data=self.entry.data, pictures=self.entry.pictures)

    @property
    def encoder(self) -> EncoderSpec:
        """The model."""
        return self.of.encoder(SimpleNamespace(model=self.entry.model, run=self.entry.run))

    @property
    def weights(self) -> list[str]:
        """The weights of the model; none for random ones."""
        return self.of.weights_of(self.entry.model, self.entry.run)

    @property
    def page(self) -> str:
        """The page that is made of it."""
        return f"{self.of.results}/own/{self.of.paper}/{self.name}.html"


def pages_of(uses: Iterable[OwnUse], data: Mapping[str, DataSet]) -> list[str]:
    """The pages of all entries whose data sets are there; of the others it says what to fetch."""
    absent, pages = without(data), []
    for use in uses:
        if use.entry.data in absent:
            print(f"'{use.name}' is not attempted: {absent[use.entry.data]}", file=sys.stderr)
        else:
            pages.append(use.page)
    return pages


def check_entries(entries: Mapping[str, Any], config: Config, zoo: ModelZoo, where: str) -> None:
    """Check the models and data sets that entries name.

    Args:
        entries: By name.
        config: The configuration.
        zoo: The models.
        where: The configuration and the key of the entries, for messages.

    Raises:
        UserError: One is not there, or cannot be used.
    """
    check_data(config, {name: Brought(data=entry.data) for name, entry in entries.items()}, where)
    for name, entry in entries.items():
        require_known(entry.model, zoo.models, "model", f"{where}.{name}.model'")
        zoo.encoder(entry.model)
