"""Published numbers and claims of one paper, read from `config/published/<paper>.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.config.read import read_yaml, validate
from vitatlas.errors import UserError
from vitatlas.verdicts.key_checks import check_numbers, checked_claims, checked_solved, checked_under
from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.schema import LAYERS, Block, PublishedFile, Tolerances, Unknown
from vitatlas.verdicts.select import NoReadings, where


@dataclass(frozen=True)
class Published:
    """The numbers and claims of one paper.

    Attributes:
        content: The file.
        keys: The paper's.
        claims: Single claims, each of one line of its entry's `each`.
        rows: One per number.
    """

    content: PublishedFile
    keys: Keys
    claims: list[Any]
    rows: list[dict[str, Any]]

    @property
    def unknown(self) -> list[Unknown]:
        """The numbers that could not be found out, with the reason."""
        return self.content.unknown

    def table(self) -> pd.DataFrame:
        """One row per number: columns `columns(keys)`, missing where a key does not apply.

        `series` is the id of the curve that a number belongs to, or its own. `tolerance` is resolved, `decimals` are
        those that it was rounded to, `chance` is the value of guessing, `under` the switches of the protocol (joined by
        commas, in the order of the file) under which it was read and which change it.
        """
        texts = ["id", "series", "artifact", "kind", "confidence", "source", "note", "under"]
        table = pd.DataFrame(self.rows, columns=columns(self.keys))
        table = table.astype({**dict.fromkeys(texts, "string"), **self.keys.types, "chance": float})
        return table.assign(under=self._under(table))

    def _under(self, table: pd.DataFrame) -> pd.Series:
        found = pd.Series("", table.index, dtype="string")
        for entry in self.content.under:
            meant = table.index.isin(where(table, entry.of.given()).index)
            found = found.mask(meant, found.where(found == "", found + ",") + entry.switch)
        return found.mask(found == "", None)


def columns(keys: Keys) -> list[str]:
    """The columns of the table of published numbers."""
    analysis, *others = keys.names
    about = ["value", "tolerance", "kind", "confidence", "source", "note", "decimals", "chance", "under"]
    return ["id", "series", analysis, "artifact", *others, *about]


def load_published(path: str | Path, keys: Keys) -> Published:
    """Read and check the file of one paper.

    Args:
        path: The file.
        keys: The paper's.

    Raises:
        UserError: Not readable, a key or value that does not fit, or two numbers or claims of the same id; names the
            file and the key.
    """
    path = Path(path)
    content = validate(PublishedFile, read_yaml(path), str(path))
    check_numbers(content, keys, path)
    solved, under = checked_solved(content, keys, path), checked_under(content, keys, path)
    content = content.model_copy(update={"solved": solved, "under": under})
    rows = [
        row
        for name, section in content.numbers.items()
        for block in section.blocks
        for row in _rows(name, block, content.tolerances, keys)
    ]
    claims = checked_claims(content, keys, path)
    _unique([row["id"] for row in rows], "number", path)
    _unique([claim.id for claim in claims], "claim", path)
    published = Published(content, keys, claims, rows)
    _read_so(published, path)
    return published


def _rows(analysis: str, block: Block, tolerances: Tolerances, keys: Keys) -> Iterator[dict[str, Any]]:
    shared = {
        **{"analysis": analysis, "artifact": block.artifact, "kind": block.kind, "confidence": block.confidence},
        **{"source": block.source, "note": block.note, "decimals": block.decimals, "chance": block.chance},
    }
    for label, given in block.values.items():
        common = block.fixed | dict(zip(block.rows, label.split(), strict=True))
        series = _id(analysis, common, keys)
        allowed = _tolerances(given, block.tolerance, tolerances)
        for place, value, tolerance in zip(_places(given, block), _listed(given), allowed, strict=True):
            if value is None:
                continue
            cell = common | place
            name = _id(analysis, cell, keys)
            about = {"id": name, "series": series if "layer" in place else name}
            typed = {key: keys.typed(key, word) for key, word in cell.items()}
            yield shared | typed | about | {"value": value, "tolerance": tolerance}


def _id(analysis: str, cell: dict[str, str], keys: Keys) -> str:
    return "/".join([analysis, *(cell[key] for key in keys.names if key in cell)])


def _listed(given: float | list[float | None]) -> list[float | None]:
    return given if isinstance(given, list) else [given]


def _places(given: float | list[float | None], block: Block) -> list[dict[str, str]]:
    """The keys of each value of a label that the label does not say."""
    if block.along is None:
        return [{}]
    if block.along == "layer":
        return [{"layer": str(layer)} for layer in range(len(_listed(given)))]
    ((key, places),) = block.along.items()
    return [{key: place} for place in places]


def _tolerances(given: float | list[float | None], tolerance: float | str, of_layers: Tolerances) -> list[float]:
    """The tolerance of each value; of a curve's layer, by how much it differs from its neighbours."""
    values = _listed(given)
    if tolerance != LAYERS:
        return [float(tolerance)] * len(values)
    steps = [0.0 if before is None or after is None else abs(after - before) for before, after in pairwise(values)]
    nearest = [max(pair) for pair in zip([0.0, *steps], [*steps, 0.0], strict=True)]
    return [of_layers.steep if step > of_layers.rise else of_layers.plateau for step in nearest]


def _read_so(published: Published, path: Path) -> None:
    """Make sure that each entry of `under` is about some number."""
    try:
        published.table()
    except NoReadings as error:
        raise UserError(f"an entry of `under` is about no number: {error}", where=path) from error


def _unique(names: list[str], what: str, path: Path) -> None:
    double = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if double is not None:
        raise UserError(f"there are two of the {what} '{double}'", where=path, remedy="take one out")
