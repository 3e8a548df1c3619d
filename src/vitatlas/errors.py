"""The one error a user is meant to read."""

from __future__ import annotations

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
