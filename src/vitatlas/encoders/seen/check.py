"""A check of sections that name data sets which the user brings. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping

from vitatlas.config.read import require_known
from vitatlas.config.schema import Config
from vitatlas.encoders.seen.settings import GROUND
from vitatlas.encoders.seen.sources import Brought, Source
from vitatlas.errors import UserError


def check_data(config: Config, sources: Mapping[str, Source], where: str) -> None:
    """Check that the data sets of parts are there, and the room that lists their pictures.

    Args:
        sources: Where pictures come from, by the key below `where`.
        where: The beginning of these keys, for messages.

    Raises:
        UserError: One is not.
    """
    for part, source in sources.items():
        if isinstance(source, Brought):
            require_known(source.data, config.data, "data set", f"{where}.{part}.data'")
            if GROUND not in config.papers:
                raise UserError(
                    f"pictures of '{source.data}' are listed by the room '{GROUND}', which is not configured",
                    where="key 'papers'",
                    remedy=f"add {GROUND} to `papers`",
                )
