"""From a name to its site, or to an error that says what names there are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from torch import nn

from vitatlas.errors import UserError
from vitatlas.models.sites.families import units
from vitatlas.models.sites.layouts import Grid
from vitatlas.models.sites.unit import Site, Unit

NEAR = 4


def find(model: nn.Module, names: Sequence[str], image: int | Grid | None = None) -> list[tuple[Unit, Site]]:
    """The sites of these names, each with the part of the network that it belongs to.

    Raises:
        UserError: A name is unknown, or its site is not defined for the network; with the reason.
    """
    parts = units(model, image)
    return [_find(parts, name) for name in names]


def _find(parts: Sequence[Unit], name: str) -> tuple[Unit, Site]:
    for part in sorted(parts, key=lambda part: -len(part.name)):
        if part.name and not name.startswith(f"{part.name}."):
            continue
        end = name.removeprefix(f"{part.name}.") if part.name else name
        if end in part.undefined:
            raise UserError(f"site '{name}' is not defined: {part.undefined[end]}", remedy=_listed(parts))
        if (site := part.sites().get(end)) is not None:
            return part, site
    near = difflib.get_close_matches(name, [part.full(end) for part in parts for end in part.sites()], NEAR)
    similar = f"similar names: {', '.join(near)}; " if near else ""
    raise UserError(f"unknown site '{name}'", remedy=similar + _listed(parts))


def _listed(parts: Sequence[Unit]) -> str:
    """All names, with those of equal parts drawn together: `block.{0..11}.(resid_pre, …)`."""
    numbers: dict[tuple[str, str], list[int]] = {}
    ends: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for part in parts:
        match = re.fullmatch(r"(|.*\D)(\d+)(\D*)", part.name)
        kind = (match[1], match[3]) if match else (part.name, "")
        if kind not in numbers:
            ends.setdefault(tuple(part.sites()), []).append(kind)
        numbers.setdefault(kind, []).extend([int(match[2])] if match else [])
    return "sites are: " + "; ".join(_one(kinds, numbers, names) for names, kinds in ends.items() if names)


def _one(kinds: list[tuple[str, str]], numbers: dict[tuple[str, str], list[int]], names: tuple[str, ...]) -> str:
    begins = [f"{kind[0]}{{{min(numbers[kind])}..{max(numbers[kind])}}}{kind[1]}" for kind in kinds if numbers[kind]]
    listed = ", ".join(names)
    return f"{', '.join(begins)} each with .({listed})" if begins else listed
