"""Whether what the user asks for exists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from vitatlas.atlas import Atlas
from vitatlas.commandline import targets
from vitatlas.config.read import known
from vitatlas.errors import UserError


def check_targets(atlas: Atlas, command: Sequence[str], rules: Sequence[str]) -> None:
    """Stop on a target that does not exist, naming those that do.

    Args:
        atlas: The project.
        command: Snakemake's command line.
        rules: The names of the workflow's rules.

    Raises:
        UserError: A target is no rule, and no file that a rule could make.
    """
    tier = atlas.config.tier
    for target in targets(command):
        if target in rules or Path(target).exists():
            continue
        parts = Path(target).parts
        if len(parts) == 1 and "." not in target:
            _unknown(atlas, target)
        if parts[0] == "results" and len(parts) > 1 and parts[1] != tier:
            raise UserError(
                f"'{target}' belongs to the tier '{parts[1]}'; this run is of the tier '{tier}'",
                remedy=f"add --config tier={parts[1]}",
            )
        if re.fullmatch(r"(figure|table|extra)_\w+", Path(target).stem) and Path(target).stem not in rules:
            _unknown(atlas, Path(target).stem)


def _unknown(atlas: Atlas, target: str) -> NoReturn:
    for registry in atlas.registries.values():
        if target in registry.artifacts:
            artifact = registry.artifacts[target]
            reason = artifact.pending or f"the tier '{atlas.config.tier}' does not make it"
            raise UserError(f"'{target}' is not made: {reason}", remedy="`snakemake coverage` lists what is made")
    names = [*atlas.registries, "coverage", "tutorial", *(artifact.name for artifact in atlas.artifacts())]
    known(target, names, "target", "the command line")
    raise AssertionError("an unknown target was known")
