"""From what is to be shown to the text of the page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from vitatlas.errors import UserError
from vitatlas.plan.units import duration, size
from vitatlas.verdicts.words import VERDICTS

MAIN = "page.html"
NONE = "–"


def render(templates: Sequence[Path], **shown: Any) -> str:
    """The page.

    Args:
        templates: `page.html` and what it includes. Whatever they show is escaped, but for `provenance`.
        shown: What the templates name.

    Raises:
        UserError: There is no `page.html`.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in templates}
    if MAIN not in texts:
        raise UserError(f"no {MAIN} among the templates", where="--input templates")
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"number": number, "duration": duration, "size": size, "megabytes": megabytes}
    environment.filters["data_uri"] = data_uri
    environment.globals |= {"VERDICTS": VERDICTS, "NONE": NONE}
    shown["provenance"] = Markup(shown["provenance"])
    return environment.get_template(MAIN).render(**shown)


def number(text: str) -> str:
    """A number with three digits; other text as it is; a dash for none."""
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text or NONE


def megabytes(value: float | None) -> str:
    """An amount of memory in MB; a dash for none."""
    return NONE if value is None else size(value * 1e6)


def data_uri(svg: str) -> str:
    """A drawing as the address of an image: what is inside cannot reach the page."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
