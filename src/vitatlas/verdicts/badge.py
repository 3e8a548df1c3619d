"""A badge: one line of SVG that says how many claims were reproduced, for a README or a page."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

HEIGHT, PADDING, LETTER = 20, 8, 6.6
"""Pixels; the last one is the mean width of a letter at 11 px."""

# White letters on each of these have a contrast of at least 4.5 to 1 (WCAG 2.1, level AA).
LABEL_COLOR = "#3b4252"
COLORS = ((0.75, "#20703c"), (0.5, "#8a5300"), (0.0, "#a3312a"))
"""The least share of reproduced claims, with the color that it has."""


def badge(template: str, label: str, text: str, share: float, metadata: str) -> str:
    """The SVG.

    Args:
        template: Of the drawing, for jinja2; all that it shows is escaped, but for `metadata`.
        label: The words on the left: what it is about.
        text: The words on the right: what is said of it.
        share: Of reproduced claims, which gives the color; the text says all that the color does.
        metadata: An element that goes into the drawing: its provenance.
    """
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )
    widths = [round(len(words) * LETTER) + 2 * PADDING for words in (label, text)]
    return environment.from_string(template).render(
        title=f"{label}: {text}",
        width=sum(widths),
        height=HEIGHT,
        padding=PADDING,
        parts=[
            {"words": words, "start": start, "width": width}
            for words, start, width in zip((label, text), (0, widths[0]), widths, strict=True)
        ],
        color=next(color for least, color in COLORS if share >= least),
        label_color=LABEL_COLOR,
        metadata=Markup(metadata),
    )
