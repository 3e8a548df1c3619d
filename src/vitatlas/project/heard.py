"""Errors of input functions, and of whatever else rules ask for while Snakemake finds out what is to be made.

Snakemake takes an error of an input function for a sign that the rule cannot make the file. Where the file is there, it
keeps quiet and has nothing to do. Here such an error ends the run.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from vitatlas.errors import UserError
from vitatlas.paper.specs import Specs
from vitatlas.project.rooms import Room


class Heard:
    """The workflow's view of the project. Its functions are heard, and those of its rooms, their specs and paths."""

    def __init__(self, of: Any):
        self._of = of

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._of, name)
        if isinstance(value, Room | Specs) or name == "paths":
            return Heard(value)
        return heard(value) if callable(value) else value


def heard(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose errors, and those of a function that it gives, end the process.

    Raises:
        SystemExit: The function raises an error; with its words if they are for the user, else after the traceback.
    """

    @wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:
        try:
            value = function(*arguments, **named)
        except UserError as error:
            raise SystemExit(str(error)) from error
        except Exception as error:
            traceback.print_exc()
            raise SystemExit(f"{getattr(function, '__name__', 'an input function')} failed: {error!r}") from error
        return heard(value) if callable(value) else value

    return called
