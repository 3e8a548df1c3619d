"""Types of numbers on command lines, for argparse, whose messages then name the option and the value."""

from __future__ import annotations

import argparse
import math
import os

ALL = "all"


def positive(text: str) -> int:
    """A whole number above 0.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def length(text: str) -> float:
    """A number above 0.

    Raises:
        ArgumentTypeError: It is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return value


def cores(text: str) -> str:
    """A number of cores as Snakemake takes it: above 0, or `all`.

    Raises:
        ArgumentTypeError: It is neither.
    """
    try:
        return text if text == ALL else str(positive(text))
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, and not '{ALL}'") from error


def count(given: str) -> int:
    """The number of cores that is meant; `all` are this machine's."""
    return os.cpu_count() or 1 if given == ALL else int(given)
