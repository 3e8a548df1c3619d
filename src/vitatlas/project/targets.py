"""Whether what the user asks for exists."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from vitatlas.artifacts.names import Name, find_name
from vitatlas.config.near import listed, suggestion
from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.project.atlas import Atlas
from vitatlas.project.commandline import targets

FOLDERS = ("figures", "tables", "notebooks")
"""Where artifacts lie, each below its paper."""


def check_targets(atlas: Atlas, command: Sequence[str], rules: Sequence[str]) -> None:
    """Stop on a target that does not exist, naming those that do.

    Args:
        atlas: The project.
        command: Snakemake's command line.
        rules: The names of the workflow's rules.

    Raises:
        UserError: A target is no rule, and no file that a rule could make; or it is named by its whole path.
    """
    tier = atlas.config.tier
    for target in targets(command):
        if target in rules:
            continue
        _check_relative(target)
        if Path(target).exists():
            continue
        parts = Path(os.path.normpath(target)).parts
        if len(parts) == 1 and "." not in target:
            _unknown(atlas, target)
        if parts[0] == "results" and len(parts) > 1 and parts[1] != tier:
            raise UserError(
                f"'{target}' belongs to the tier '{parts[1]}'; this run is of the tier '{tier}'",
                remedy=f"add --config tier={parts[1]}",
            )
        name = _artifact_in(target)
        if name is not None and name.full not in rules:
            _unknown(atlas, name.full)


def _check_relative(target: str) -> None:
    """Refuse what Snakemake takes for another file: it knows those of the workflow by their relative paths alone."""
    given, here = expanded(target), Path.cwd().resolve()
    above = next((folder for folder in given.parents if given.is_absolute() and folder.resolve() == here), None)
    if above is not None:
        raise UserError(
            f"'{target}' is a file of this workflow, which names its files relative to its folder",
            where="the command line",
            remedy=f"ask for {given.relative_to(above)}",
        )


def _artifact_in(target: str) -> Name | None:
    """The artifact that a file is of; None of other files."""
    path = Path(target)
    is_artifact = path.parent.parent.name in FOLDERS and re.fullmatch(r"(figure|table|extra)_\w+", path.stem)
    return Name(path.parent.name, path.stem) if is_artifact else None


def _unknown(atlas: Atlas, target: str) -> NoReturn:
    every = {
        Name(room.name, artifact.name): artifact
        for room in atlas.rooms.values()
        for artifact in room.registry.artifacts.values()
    }
    meant = [name for name in every if target in (name.full, name.artifact)]
    made = [name for name in meant if every[name].in_tier(atlas.config.tier)]
    if len(made) > 1:
        find_name(target, made, "the command line")
    if meant:
        reason = every[meant[0]].pending or f"the tier '{atlas.config.tier}' does not make it"
        raise UserError(f"'{target}' is not made: {reason}", remedy="`snakemake coverage` lists what is made")
    names = [*atlas.rooms, "coverage", *(f"{name}_tutorial" for name in atlas.tutorials)]
    names += [artifact.target for artifact in atlas.artifacts]
    whole = "`snakemake coverage` makes the list of all"
    near = suggestion(target, names)
    raise UserError(
        f"unknown target '{target}'; {listed(target, names)}",
        where="the command line",
        remedy=f"{near} ({whole})" if near else whole,
    )
