"""A badge: one line of SVG that says how many claims were reproduced, for a README or a page."""

from __future__ import annotations

import html

HEIGHT, PADDING, LETTER = 20, 8, 6.6
"""Pixels; the last one is the mean width of a letter at 11 px."""

# White letters on each of these have a contrast of at least 4.5 to 1 (WCAG 2.1, level AA).
LABEL_COLOR = "#3b4252"
COLORS = ((0.75, "#20703c"), (0.5, "#8a5300"), (0.0, "#a3312a"))
"""From which share of reproduced claims on."""


def badge(label: str, text: str, share: float, metadata: str) -> str:
    """The SVG.

    Args:
        label: On the left, what it is about.
        text: On the right, what is said of it.
        share: Of reproduced claims, which gives the color; the text says all that the color does.
        metadata: An element that goes into the drawing: its provenance.
    """
    widths = [round(len(words) * LETTER) + 2 * PADDING for words in (label, text)]
    color = next(color for least, color in COLORS if share >= least)
    title = html.escape(f"{label}: {text}")
    parts = "\n".join(
        f'<text x="{start + PADDING}" y="14" textLength="{width - 2 * PADDING}">{html.escape(words)}</text>'
        for words, start, width in zip((label, text), (0, widths[0]), widths, strict=True)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{sum(widths)}" height="{HEIGHT}" role="img" aria-label="{title}">
{metadata}
<title>{title}</title>
<rect width="{sum(widths)}" height="{HEIGHT}" rx="3" fill="{color}"/>
<path d="M3 0h{widths[0] - 3}v{HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{LABEL_COLOR}"/>
<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" aria-hidden="true">
{parts}
</g>
</svg>
"""
