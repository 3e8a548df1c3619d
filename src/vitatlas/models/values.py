"""Checks of weights in a file before a network takes them: floating-point numbers, and finite."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from vitatlas.errors import UserError

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
"""Kinds of numbers that are taken. torch would copy others without a word: integers and 8-bit floats of quantised
files, without the factors that belong to them; of complex numbers the real part."""

SHOWN = 4  # keys named in a message


def check_kinds(state: Mapping[str, Tensor], own: Mapping[str, Tensor], path: str | Path) -> None:
    """Check that what the network holds as floating-point numbers are such in the file.

    Args:
        state: The weights of the file, by the network's keys.
        own: Those of the network.
        path: The file, for messages.

    Raises:
        UserError: Names the first that are not.
    """
    wrong = [
        f"{key} is {_kind(value)}"
        for key, value in state.items()
        if key in own and own[key].is_floating_point() and value.dtype not in FLOATS
    ]
    if wrong:
        raise UserError(
            f"the weights are no floating-point numbers of 16 bits or more: {_first(wrong)}",
            where=path,
            remedy="take the file from before it was quantised, as float32, float16 or bfloat16",
        )


def check_finite(state: Mapping[str, Tensor], path: str | Path) -> None:
    """Check that all values are finite, as 32-bit floats too, which is what networks here compute with.

    Raises:
        UserError: Names the first weights with values that are not.
    """
    wrong = [key for key, value in state.items() if not _is_finite(value)]
    if wrong:
        raise UserError(
            f"weights are not finite: {_first(wrong)}",
            where=path,
            remedy="the training that wrote them diverged, or the file is damaged: take an earlier or another one",
        )


def _is_finite(value: Tensor) -> bool:
    return value.is_complex() or bool(torch.isfinite(value.float()).all())


def _kind(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _first(names: list[str]) -> str:
    return f"{', '.join(names[:SHOWN])}{' …' if len(names) > SHOWN else ''}"
