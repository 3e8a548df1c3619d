"""Checks of the section `components` that need the zoo, or other sections. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from vitatlas.components.config.section import ComponentsSection
from vitatlas.components.own.check import check_own
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.encoders.seen.check import check_data
from vitatlas.encoders.seen.sources import Brought, Source
from vitatlas.errors import UserError


def check_section(config: Config, zoo: ModelZoo, origin: str) -> None:
    """Check the models, data sets and features that the section names.

    Raises:
        UserError: One is not there, or cannot be used.
    """
    of, where = ComponentsSettings(config, zoo, NAME), f"{origin}: key '{NAME}"
    own = of.own
    if not of.has_texts(own.text_model):
        raise UserError(
            f"model '{own.text_model}' has no text tower", where=f"{where}.text_model'", remedy="choose a CLIP model"
        )
    check_data(config, _sources(own), where)
    check_own(of, where)


def data_of(kinds: Sequence[str], own: ComponentsSection) -> list[str]:
    """The data sets that tables of these kinds are made from, each once."""
    sources = [*own.pictures.values()]
    sources += own.birds.values() if {"removal", "departures"} & set(kinds) else []
    sources += [own.segmentation.pictures] if "segmentation" in kinds else []
    sources += [own.ablation.pictures] if "ablation" in kinds else []
    return list(dict.fromkeys(source.data for source in sources if isinstance(source, Brought)))


def _sources(own: ComponentsSection) -> dict[str, Source]:
    """Where pictures come from, by key."""
    sets = {"pictures": own.pictures, "birds": own.birds}
    parts = {f"{key}.{part}": source for key, of in sets.items() for part, source in of.items()}
    return parts | {"segmentation.pictures": own.segmentation.pictures, "ablation.pictures": own.ablation.pictures}
