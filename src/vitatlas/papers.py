"""The papers of this project: every package beside this file that has a descriptor, `<paper>/paper.py`.

Read when the workflow starts and by commands, never in a job: a job that knew all papers would depend on all of them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from vitatlas.paper.descriptor import Paper
from vitatlas.paper.specs import Builder


@cache
def papers() -> dict[str, Paper]:
    """The descriptors by name."""
    names = sorted(path.parent.name for path in Path(__file__).parent.glob("*/paper.py"))
    return {name: import_module(f"vitatlas.{name}.paper").PAPER for name in names}


def builders_of_papers() -> list[Builder]:
    """The builders of the rules of all papers, without those of rules that papers share."""
    return [builder for paper in papers().values() for builder in paper.builders]
