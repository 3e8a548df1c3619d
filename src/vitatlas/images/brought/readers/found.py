"""A picture as a reader finds it, and what readers hand back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where the bytes of one picture are.

    Attributes:
        file: Below the folder of the data set: the picture itself, or the file that holds it.
        member: Its name in a tar file.
        offset: Where it begins in that file.
        size: Its bytes; None: not known before it is read.
        row: Its number in a Parquet file.
    """

    file: str
    member: str | None = None
    offset: int | None = None
    size: int | None = None
    row: int | None = None

    def __str__(self) -> str:
        """For messages."""
        inside = self.member if self.member is not None else None if self.row is None else f"row {self.row}"
        return " in ".join(shown(name) for name in (inside, self.file) if name is not None)


class Found(NamedTuple):
    """One picture.

    Attributes:
        name: As the layout has it, with folders; what makes it unique within its class.
        class_id: The name of its class; None where the layout has no classes.
        place: Where its bytes are.
        more: Further columns of the index.
    """

    name: str
    class_id: str | None
    place: Place
    more: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Contents:
    """The pictures of a data set.

    Attributes:
        pictures: In the order in which they are best read.
        classes: The ids of all classes in the order of their labels, where the layout says it; else they are counted
            in the order of their names.
        notes: Sentences for the user.
    """

    pictures: list[Found]
    classes: list[str] | None = None
    notes: list[str] = field(default_factory=list)


def shown(name: str) -> str:
    """A file's name for a message: on one line, whatever is in it."""
    return name if name.isprintable() else repr(name)
