"""The words by which numbers are told apart, published ones and ours: the columns of `readings`."""

from __future__ import annotations

from typing import Literal, get_args

Key = Literal[
    "model",
    "task",
    "setting",
    "property",
    "control",
    "method",
    "quantity",
    "pair",
    "alpha",
    "split",
    "auxiliary",
    "layer",
]
KEYS: tuple[str, ...] = ("analysis", *get_args(Key))
READING = [*KEYS, "seed", "value"]
"""Columns of readings: one row per measured number and run. A key is missing where it does not apply; `alpha` is a
float, `layer` a nullable integer, all other keys are text."""
