"""The text of a page, from its templates and what they show."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from vitatlas.costs.units import duration, size
from vitatlas.errors import UserError

NONE = "–"


def render(templates: Sequence[Path], main: str, **shown: Any) -> str:
    """The page.

    Args:
        templates: The main one, and what it includes. Whatever they show is escaped, but for `Markup`.
        main: The name of the main one.
        shown: What the templates name.

    Raises:
        UserError: The main template is missing.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in templates}
    if main not in texts:
        raise UserError(f"no {main} among the templates", where=", ".join(map(str, templates)))
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"number": number, "duration": duration, "size": size, "megabytes": megabytes}
    environment.filters |= {"data_uri": data_uri, "spread": spread, "share": share, "counted": counted}
    environment.globals |= {"NONE": NONE}
    return environment.get_template(main).render(**shown)


def number(text: str) -> str:
    """A number with three digits; other text as it is; a dash for none."""
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text or NONE


def spread(text: str) -> str:
    """A standard deviation with three decimals, from 1 on with three digits; a dash for none."""
    try:
        value = float(text)
    except ValueError:
        return text or NONE
    if value >= 1:
        return f"{value:.3g}"
    return "<0.001" if 0 < value < 0.0005 else f"{value:.3f}"


def share(text: str) -> str:
    """A share in per cent."""
    return f"{float(text):.1%}".replace("%", " %")


def counted(count: int, one: str, several: str = "") -> str:
    """A number of things, in words: "1 figure", "2 figures"; `several` where it is not the one with an s."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def megabytes(value: float | None) -> str:
    """An amount of memory in MB; a dash for none."""
    return NONE if value is None else size(value * 1e6)


def data_uri(svg: str) -> str:
    """A drawing as the address of an image: what is inside cannot reach the page."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
