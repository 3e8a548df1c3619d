"""Filling documents: what stands between two marks is written anew, everything else is left as it is.

    <!-- fill: relations.accuracy -->
    | model | … |
    <!-- end -->

Readers see nothing of the marks. They may also stand in a line, or in a cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vitatlas.errors import UserError

_MARKED = re.compile(r"(<!-- fill: (?P<name>[\w.-]+) -->)(?P<inside>.*?)(<!-- end -->)", re.DOTALL)


def filled(text: str, blocks: Mapping[str, str], where: Path) -> str:
    """The text with the blocks between its marks.

    Args:
        blocks: By name.
        where: What to name in errors.

    Raises:
        UserError: A mark names no block, or has no end.
    """
    if text.count("<!-- fill: ") != len(_MARKED.findall(text)):
        raise UserError("a mark is not closed", where=where, remedy="<!-- fill: NAME -->…<!-- end -->")

    def put(found: re.Match[str]) -> str:
        name, inside = found["name"], found["inside"]
        if name not in blocks:
            raise UserError(f"a mark names no block: '{name}'", where=where, remedy=f"one of: {', '.join(blocks)}")
        lines = "\n" if inside.startswith("\n") else ""
        return f"{found[1]}{lines}{blocks[name]}{lines}{found[4]}"

    return _MARKED.sub(put, text)


def unfilled(text: str) -> str:
    """The text without what stands between marks: what people wrote."""
    return _MARKED.sub("", text)
