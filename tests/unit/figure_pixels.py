"""What a figure looks like, for tests that compare two."""

from __future__ import annotations

import io


def pixels(figure):
    """The bytes of a small PNG of the figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=60)
    return buffer.getvalue()
