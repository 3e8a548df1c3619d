"""Snakemake's command line, as far as the workflow must know it before it runs."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Sequence


def is_snakemake(command: Sequence[str]) -> bool:
    """Whether this command line is Snakemake's, and not that of another program that loads the workflow."""
    return bool(command) and re.search(r"snakemake(\.exe|/__main__\.py)?$", command[0]) is not None


def executor(command: Sequence[str]) -> str:
    """The executor that runs the jobs, by the command line or a profile.

    The workflow is read before Snakemake has one, so the command line is read once more, by Snakemake's own parser.
    """
    if not is_snakemake(command):
        return "local"
    from snakemake.cli import parse_args

    with contextlib.redirect_stderr(io.StringIO()):  # which profile is in use has been said
        _, arguments = parse_args(list(command[1:]))
    return arguments.executor or "local"


def targets(command: Sequence[str]) -> list[str]:
    """The targets on Snakemake's command line; none where another program loads the workflow."""
    if not is_snakemake(command):
        return []
    from snakemake.cli import get_argument_parser

    return list(get_argument_parser().parse_known_args(command[1:])[0].targets)
