"""A command line about a user's own model and pictures: its words, and the run that it starts."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vitatlas.commands.amounts import cores
from vitatlas.commands.own.asked import Prepared
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.failures.report import one_error


def words_of_all() -> argparse.ArgumentParser:
    """The words that every paper's command takes, to be the parent of its parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--model", required=True, help="a model of the zoo, timm's name of weights, or a checkpoint")
    parser.add_argument("--architecture", default="", help="of a checkpoint: its name in timm")
    parser.add_argument("--name", default="", help="what a new model is called in config/models.own.yaml")
    parser.add_argument("--data", required=True, help="a folder with pictures, or a data set of the configuration")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--cores", type=cores, default="all")
    return parser


def start(
    parser: argparse.ArgumentParser, needed: Sequence[str], how: str, prepare: Callable[[dict[str, Any]], Prepared]
) -> None:
    """Read the command line, prepare the run, and start it.

    Args:
        parser: With all words.
        needed: Those that must not be empty.
        how: How the command is called, with all of these.
        prepare: From the words, but for `cores`, to the run. What is wrong with them is told, with exit status 1.
    """
    given = vars(parser.parse_args())
    asked = given.pop("cores")
    if not all(given[name] for name in needed):
        parser.error(f"name all of these: {how}")
    with one_error("the command", Path("results/tracebacks/own.txt")):
        prepared = prepare(given)
    command = prepared.command(asked)
    print(f"configuration: {prepared.configuration}\nagain: snakemake {' '.join(command[3:])}", flush=True)
    if status := subprocess.run(command, cwd=Path.cwd(), check=False).returncode:
        sys.exit(status)
    print(f"page: {prepared.page}")
