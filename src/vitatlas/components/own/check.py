"""Checks of the key `own` that need the zoo, or other sections. Imports no torch."""

from __future__ import annotations

from vitatlas.components.settings import ComponentsSettings
from vitatlas.config.read import require_known
from vitatlas.encoders.seen.own import check_entries
from vitatlas.errors import UserError


def check_own(of: ComponentsSettings, where: str) -> None:
    """Check the models and data sets that the entries name.

    Args:
        of: The tier.
        where: The configuration and the section, for messages.

    Raises:
        UserError: One is not there, or cannot be used.
    """
    entries = of.own.own
    check_entries(entries, of.config, of.zoo, f"{where}.own")
    for name, entry in entries.items():
        if entry.text_model is not None:
            _check_texts(of, entry.text_model, f"{where}.own.{name}.text_model'")


def _check_texts(of: ComponentsSettings, model: str, where: str) -> None:
    require_known(model, of.zoo.models, "model", where)
    if not of.has_texts(model):
        raise UserError(f"model '{model}' has no text tower", where=where, remedy="choose a CLIP model")
