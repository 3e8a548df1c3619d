"""Names of artifacts as people give them: in full, `relations_figure_02`, or short, `figure_02`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vitatlas.config.read import require_known
from vitatlas.errors import UserError


class Name(NamedTuple):
    """An artifact of a paper."""

    paper: str
    artifact: str

    @property
    def full(self) -> str:
        """The name with the paper's in front."""
        return f"{self.paper}_{self.artifact}"


def find_name(given: str, names: Iterable[Name], where: str) -> Name:
    """The artifact that is meant.

    Args:
        given: In full; or short, where one paper alone has it.
        names: Those that there are.
        where: Where it was given, for messages.

    Raises:
        UserError: There is none, or the short name is that of several; lists full names.
    """
    names = list(names)
    found = [name for name in names if given in (name.full, name.artifact)]
    if len(found) > 1:
        full = ", ".join(name.full for name in found)
        raise UserError(f"'{given}' is an artifact of several papers", where=where, remedy=f"name one in full: {full}")
    if not found:
        require_known(given, [name.full for name in names], "artifact", where)
    return found[0]
