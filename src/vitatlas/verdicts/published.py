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
from vitatlas.verdicts.claim_schema import Claim
from vitatlas.verdicts.keys import KEYS
from vitatlas.verdicts.schema import LAYERS, Block, PublishedFile, Tolerances, Unknown

TABLE = [
    *("id", "series", "analysis", "artifact", *KEYS[1:], "value", "tolerance", "kind"),
    *("confidence", "source", "note", "decimals", "chance"),
]
"""Columns of the table of published numbers."""


@dataclass(frozen=True)
class Published:
    """What one paper published.

    Attributes:
        claims: Single claims, each of one line of its entry's `each`.
    """

    content: PublishedFile
    claims: list[Any]
    rows: list[dict[str, Any]]

    @property
    def unknown(self) -> list[Unknown]:
        """What could not be found out, with the reason."""
        return self.content.unknown

    def table(self) -> pd.DataFrame:
        """One row per number: columns `TABLE`, missing where a key does not apply.

        `series` is the id of the curve that a number belongs to, or its own. `tolerance` is resolved, `decimals` are
        those that it was rounded to, `chance` is the value of guessing.
        """
        table = pd.DataFrame(self.rows, columns=TABLE)
        texts = [name for name in TABLE if name not in ("layer", "alpha", "value", "tolerance", "decimals", "chance")]
        kinds: dict[str, Any] = dict.fromkeys(texts, "string") | {"layer": "Int64", "alpha": float, "chance": float}
        return table.astype(kinds)


def load_published(path: str | Path) -> Published:
    """Read and check the file of one paper.

    Raises:
        UserError: Not readable, a key or value that does not fit, or two numbers or claims of the same id; names the
            file and the key.
    """
    path = Path(path)
    content = validate(PublishedFile, read_yaml(path), str(path))
    rows = [
        row
        for name, section in content.numbers.items()
        for block in section.blocks
        for row in _rows(name, block, content)
    ]
    claims = [single for claim in content.claims for single in claim.lines()]
    _unique([row["id"] for row in rows], "number", path)
    _unique([claim.id for claim in claims], "claim", path)
    _complete(claims, path)
    return Published(content, claims, rows)


def _rows(analysis: str, block: Block, content: PublishedFile) -> Iterator[dict[str, Any]]:
    shared = {
        **{"analysis": analysis, "artifact": block.artifact, "kind": block.kind, "confidence": block.confidence},
        **{"source": block.source, "note": block.note, "decimals": block.decimals, "chance": block.chance},
    }
    for label, given in block.values.items():
        cell = {str(key): word for key, word in [*block.fixed.items(), *zip(block.rows, label.split(), strict=True)]}
        series = "/".join([analysis, *(cell[key] for key in KEYS if key in cell)])
        tolerances = _tolerances(given, block.tolerance, content.tolerances)
        for place, value, tolerance in zip(_places(given, block), _listed(given), tolerances, strict=True):
            if value is None:
                continue
            keys: dict[str, Any] = cell | place
            name = "/".join([analysis, *(str(keys[key]) for key in KEYS if key in keys)])
            whole = series if "layer" in place else name
            alpha = {"alpha": float(keys["alpha"])} if "alpha" in keys else {}
            yield shared | keys | alpha | {"id": name, "series": whole, "value": value, "tolerance": tolerance}


def _listed(given: float | list[float | None]) -> list[float | None]:
    return given if isinstance(given, list) else [given]


def _places(given: float | list[float | None], block: Block) -> list[dict[str, Any]]:
    """What each value of a label is, besides the label."""
    if block.along is None:
        return [{}]
    if block.along == "layer":
        return [{"layer": layer} for layer in range(len(_listed(given)))]
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


def _unique(names: list[str], what: str, path: Path) -> None:
    double = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if double is not None:
        raise UserError(f"there are two of the {what} '{double}'", where=path, remedy="take one out")


def _complete(claims: list[Claim], path: Path) -> None:
    """Make sure that a claim's statement can be filled, and that a task is named where it is to be solved."""
    for claim in claims:
        if claim.solved and not {"task", "setting"} <= claim.of.given().keys():
            raise UserError(
                f"the claim '{claim.id}' presupposes a solved task and does not say which",
                where=path,
                remedy="name task and setting under `of` or `each`",
            )
        try:
            claim.statement.format(**claim.of.given())
        except (KeyError, IndexError, ValueError) as error:
            raise UserError(
                f"the statement of the claim '{claim.id}' has no words for {error}",
                where=path,
                remedy="its {keys} must stand under `of` or `each`",
            ) from error
