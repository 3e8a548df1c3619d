"""Checks of the section `components` that need the zoo, or other sections. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitatlas.components.config.pictures import Brought, Source
from vitatlas.components.config.section import ComponentsSection
from vitatlas.components.own.check import check_own
from vitatlas.components.settings import GROUND, NAME, ComponentsSettings
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config
from vitatlas.errors import UserError


def check_section(config: Config, zoo: ModelZoo, origin: str) -> None:
    """Check the models, data sets and features that the section names.

    Raises:
        UserError: One is not there, or cannot be used.
    """
    of, where = ComponentsSettings(config, zoo, NAME), f"{origin}: key '{NAME}"
    own = of.own
    require_known(own.text_model, zoo.models, "model", f"{where}.text_model'")
    if not of.has_texts(own.text_model):
        raise UserError(
            f"model '{own.text_model}' has no text tower", where=f"{where}.text_model'", remedy="choose a CLIP model"
        )
    for key, names in (("runs", own.runs), ("decomposition.start", own.decomposition.start)):
        for model in set(names) - {"default"}:
            require_known(model, zoo.models, "model", f"{where}.{key}'")
    other = {"segmentation.pictures": own.segmentation.pictures, "ablation.pictures": own.ablation.pictures}
    _check_data(config, own.pictures | own.birds | other, where)
    check_own(of, where)
    for key, features in (("retrieval.features", own.retrieval.features), ("heatmaps.features", _named(own))):
        for name in features:
            require_known(name, own.features, "feature", f"{where}.{key}'")


def data_of(kinds: Sequence[str], own: ComponentsSection) -> list[str]:
    """The data sets that tables of these kinds are made from, each once."""
    sources = [*own.pictures.values()]
    sources += own.birds.values() if {"removal", "departures"} & set(kinds) else []
    sources += [own.segmentation.pictures] if "segmentation" in kinds else []
    sources += [own.ablation.pictures] if "ablation" in kinds else []
    return list(dict.fromkeys(source.data for source in sources if isinstance(source, Brought)))


def _check_data(config: Config, sources: Mapping[str, Source], where: str) -> None:
    for part, source in sources.items():
        if isinstance(source, Brought):
            require_known(source.data, config.data, "data set", f"{where}…{part}.data'")
            if GROUND not in config.papers:
                raise UserError(
                    f"pictures of '{source.data}' are listed by the room '{GROUND}', which is not configured",
                    where="key 'papers'",
                    remedy=f"add {GROUND} to `papers`",
                )


def _named(own: ComponentsSection) -> list[str]:
    return [name for names in own.heatmaps.features for name in names]
