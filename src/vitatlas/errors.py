"""The one error a user is meant to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class UserError(Exception):
    """Something the user can put right.

    Args:
        problem: What is wrong, naming the thing.
        where: The file, key or command it was found in.
        remedy: What to do about it.
    """

    def __init__(self, problem: str, *, where: str | Path | None = None, remedy: str | None = None):
        self.problem, self.where, self.remedy = problem, where, remedy
        lines = [problem]
        if where is not None:
            lines.append(f"  where:  {where}")
        if remedy is not None:
            lines.append(f"  remedy: {remedy}")
        super().__init__("\n".join(lines))


class SectionError(UserError):
    """A `UserError` that names keys of a section, raised where nobody knows below which paper the section stands.

    Args:
        section: The name of the section, which `{section}` stands for in the other words.
    """

    def __init__(self, problem: str, *, section: str, where: str | Path, remedy: str):
        self._words, self._section = (problem, where, remedy), section
        said = [str(words).replace("{section}", section) for words in self._words]
        super().__init__(said[0], where=said[1], remedy=said[2])

    def below(self, paper: str) -> SectionError:
        """The same, with the keys as they stand in the section of the paper."""
        problem, where, remedy = self._words
        return SectionError(problem, section=f"{paper}.{self._section}", where=where, remedy=remedy)


@contextmanager
def keys_below(paper: str) -> Iterator[None]:
    """Within this context, or a function that it decorates, errors name keys as they stand in the paper's section."""
    try:
        yield
    except SectionError as error:
        raise error.below(paper) from error
