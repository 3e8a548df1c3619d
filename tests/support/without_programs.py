"""A machine without the programs that the project can do without, which is what most people have.

As a command, it runs another one there: python tests/support/without_programs.py COMMAND …
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import browser
import cluster

CONTAINERS = ("apptainer", "singularity")
OPTIONAL = (*CONTAINERS, *cluster.PROGRAMS, *browser.NAMES, "nvidia-smi")


def path_without(programs: Collection[str], folder: Path) -> str:
    """PATH, where folders that hold one of the programs give way to others, below `folder`, with links to the rest."""
    places = [Path(place).absolute() for place in os.get_exec_path()]
    return os.pathsep.join(str(_without(programs, place, folder / str(i))) for i, place in enumerate(places))


def _without(programs: Collection[str], place: Path, links: Path) -> Path:
    if not any((place / name).exists() for name in programs):
        return place
    links.mkdir(parents=True)
    for program in place.iterdir():
        if program.name not in programs:
            (links / program.name).symlink_to(program)
    return links


def main(command: list[str]) -> int:
    """The exit status of the command."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PATH": path_without(OPTIONAL, Path(folder))}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
