"""Values of the configuration in prose: `${demo.relations.probe.learning_rate}` becomes what that tier's file says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vitatlas.config.schema import Config
from vitatlas.errors import UserError

_QUOTED = re.compile(r"\$\{([^}]*)\}")


def with_values(text: str, tiers: Mapping[str, Config], where: str) -> str:
    """The text with its quotations replaced.

    Args:
        tiers: Configurations by the names of their tiers, with which quotations begin.
        where: What to name in errors.

    Raises:
        UserError: A key that there is not, or one with keys below it.
    """
    values = {name: config.model_dump() for name, config in tiers.items()}
    return _QUOTED.sub(lambda found: _in_words(_at(values, found[1], where)), text)


def _at(values: Mapping[str, Any], place: str, where: str) -> Any:
    current: Any = values
    for key in place.split("."):
        if not isinstance(current, Mapping) or key not in current:
            raise UserError(f"no key '{place}' to quote", where=where, remedy="${TIER.KEY}, as in config/README.md")
        current = current[key]
    if isinstance(current, Mapping):
        raise UserError(f"'{place}' has keys below it: {', '.join(current)}", where=where)
    return current


def _in_words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
