"""Keys that do something only beside a certain value of another key."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


def refuse_idle(given: BaseModel, key: str, value: Any, *used: str) -> None:
    """Raise a ValueError if a key that only one value of another key uses has another value than its default.

    Args:
        given: The section.
        key: The other key.
        value: Its value that uses them.
        used: The keys.
    """
    if getattr(given, key) == value:
        return
    for name in used:
        default = type(given).model_fields[name].get_default(call_default_factory=True)
        if getattr(given, name) != default:
            raise ValueError(
                f"{name}: {getattr(given, name)!r} would do nothing; only {key} '{value}' uses it, and {key} is "
                f"'{getattr(given, key)}'"
            )
