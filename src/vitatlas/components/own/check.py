"""Checks of the key `own` that need the zoo, or other sections. Imports no torch."""

from __future__ import annotations

from vitatlas.components.config.own import Own
from vitatlas.components.settings import ComponentsSettings
from vitatlas.config.read import require_known
from vitatlas.encoders.seen.settings import GROUND
from vitatlas.errors import UserError


def check_own(of: ComponentsSettings, where: str) -> None:
    """Check the models and data sets that the entries name.

    Args:
        of: The tier.
        where: The configuration and the section, for messages.

    Raises:
        UserError: One is not there, or cannot be used.
    """
    for name, entry in of.own.own.items():
        _check(of, entry, f"{where}.own.{name}")


def _check(of: ComponentsSettings, entry: Own, where: str) -> None:
    require_known(entry.data, of.config.data, "data set", f"{where}.data'")
    require_known(entry.model, of.zoo.models, "model", f"{where}.model'")
    of.zoo.encoder(entry.model)
    if entry.text_model is not None:
        require_known(entry.text_model, of.zoo.models, "model", f"{where}.text_model'")
        if not of.has_texts(entry.text_model):
            raise UserError(
                f"model '{entry.text_model}' has no text tower",
                where=f"{where}.text_model'",
                remedy="choose a CLIP model",
            )
    if GROUND not in of.config.papers:
        raise UserError(
            f"pictures of '{entry.data}' are listed by the room '{GROUND}', which is not configured",
            where="key 'papers'",
            remedy=f"add {GROUND} to `papers`",
        )
