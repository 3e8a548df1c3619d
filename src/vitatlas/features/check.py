"""Checks of the section `features` that need the zoo, or other sections. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.encoders.seen.check import check_data
from vitatlas.encoders.seen.own import check_entries
from vitatlas.encoders.seen.sources import Brought, Source
from vitatlas.features.config.section import FeaturesSection
from vitatlas.features.settings import NAME, FeaturesSettings
from vitatlas.features.specs.classified import CLASSIFIED
from vitatlas.features.specs.scores import SCORED

FROM_CLASSIFIED = {"last_layer", "low_pass", "low_pass_hits"}
FROM_MASKED = {"masked", "masked_hits", "masked_examples"}
"""Kinds of table that are made from other pictures than those that units are scored on."""


def check_section(config: Config, zoo: ModelZoo, origin: str) -> None:
    """Check the models and data sets that the section names.

    Raises:
        UserError: One is not there.
    """
    own, where = FeaturesSettings(config, zoo, NAME).own, f"{origin}: key '{NAME}"
    check_data(config, _sources(own), where)
    check_entries(own.own, config, zoo, f"{where}.own")


def data_of(kinds: Sequence[str], own: FeaturesSection) -> list[str]:
    """The data sets that tables of these kinds are made from, each once."""
    wanted, sources = set(kinds), list[Source]()
    if wanted & FROM_CLASSIFIED:
        sources.append(own.pictures[CLASSIFIED])
    if wanted & FROM_MASKED:
        sources += own.masked.pictures.values()
    if wanted - FROM_CLASSIFIED - FROM_MASKED:
        sources.append(own.pictures[SCORED])
    return list(dict.fromkeys(source.data for source in sources if isinstance(source, Brought)))


def _sources(own: FeaturesSection) -> dict[str, Source]:
    """Where pictures come from, by key."""
    parts = {f"pictures.{part}": source for part, source in own.pictures.items()}
    return parts | {f"masked.pictures.{part}": source for part, source in own.masked.pictures.items()}
