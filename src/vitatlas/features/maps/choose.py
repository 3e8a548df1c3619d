"""Which units are mapped, and on which pictures.

Units are drawn at random, so that what is said of a layer holds for its units, and so are those of the two selective
kinds. Nobody looks at maps to choose.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.maps.spec import MapsSpec, SelectiveFor
from vitatlas.jobs.seeds import derive_seed

SHOWN, DRAWN, OBJECT, PLACE = KINDS = ("shown", "drawn", "of_object", "of_place")
"""Why a unit is mapped, as columns of tables."""

REMEDY = "delete the scores of units of this model and make them again"


def read_units(path: Path, part: str, model: str, run: int, columns: Collection[str]) -> pd.DataFrame:
    """The rows of a table of units that are of one part and model.

    Args:
        path: `top` or `moments` of the scores of units.
        part: Of the set of pictures.
        model, run: Of the encoder.
        columns: Which are needed, besides site, layer and unit.

    Raises:
        UserError: It cannot be read, lacks a column, or has no such row.
    """
    wanted = ["site", "layer", "unit", *columns]
    where = [("part", "==", part), ("model", "==", model), ("run", "==", run)]
    try:
        table = pd.read_parquet(path, columns=wanted, filters=where)
    except (OSError, ValueError) as error:
        raise UserError(f"the table of units cannot be read: {error}", where=path, remedy=REMEDY) from error
    if table.empty:
        raise UserError(f"nothing of run {run} of '{model}' on part '{part}'", where=path, remedy=REMEDY)
    return table


@dataclass(frozen=True)
class MappedUnit:
    """One unit.

    Attributes:
        number: Within the layer.
        scale: The 99.9th percentile of its patches over the set.
        why: By kind, whether it is of that kind.
        kept: Whether its maps are kept.
    """

    number: int
    scale: float
    why: dict[str, bool]
    kept: bool


def units_of_layer(
    spec: MapsSpec, layer: int, moments: pd.DataFrame, selective: pd.DataFrame | None
) -> list[MappedUnit]:
    """The units that are mapped, by number.

    Args:
        spec: Of the job.
        layer: The layer's number.
        moments: Of its units: unit, scale, any number of rows each.
        selective: Of its units: unit, attribute, auc, any number of rows each; None where it is not known.

    Raises:
        UserError: A unit that is to be shown is not among them.
    """
    scales = moments.groupby("unit")["scale"].first()
    shown = [unit for some in spec.shown if some.layer == layer for unit in some.units]
    _require_known(shown, scales, layer)
    active = scales.index[scales > 0].to_numpy()
    kinds = {SHOWN: shown, DRAWN: _drawn(active, spec, layer, DRAWN)}
    for kind, wanted in ((OBJECT, spec.of_object), (PLACE, spec.of_place)):
        kinds[kind] = _drawn(np.intersect1d(active, _selective(selective, wanted)), spec, layer, kind)
    kept = {unit for kind, units in kinds.items() for unit in (units if kind == SHOWN else units[: spec.kept])}
    return [
        MappedUnit(unit, float(scales[unit]), {kind: unit in units for kind, units in kinds.items()}, unit in kept)
        for unit in sorted({unit for units in kinds.values() for unit in units})
    ]


def top_pictures(
    top: pd.DataFrame, by: str, units: Collection[int], allowed: Collection[str], most: int
) -> pd.DataFrame:
    """The first pictures of each unit: unit, rank, picture, score; fewer where fewer are allowed.

    Args:
        top: Rows of one layer: unit, by, rank, picture, score.
        by: The scores that rank them.
        units: Which units.
        allowed: The pictures that may be taken.
        most: How many per unit.
    """
    rows = top[(top["by"] == by) & top["unit"].isin(units) & top["picture"].isin(allowed)]
    ordered = rows.sort_values(["unit", "rank"], kind="stable")
    return ordered.groupby("unit").head(most)[["unit", "rank", "picture", "score"]]


def random_positions(allowed: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Positions drawn at random without repetition, in order: int64 [count].

    Args:
        allowed: Which pictures may be taken, bool [N].
        count: How many.
        seed: Of the draw.

    Raises:
        UserError: There are not so many.
    """
    candidates = np.flatnonzero(allowed)
    if count > len(candidates):
        raise UserError(
            f"{count} random pictures are asked for, and {len(candidates)} can be taken",
            where="key `maps.random`",
            remedy="ask for fewer, or for a larger set of pictures",
        )
    return np.sort(np.random.default_rng(seed).permutation(candidates)[:count])


def _drawn(candidates: np.ndarray, spec: MapsSpec, layer: int, kind: str) -> list[int]:
    """Some of the candidates, in random order."""
    seed = derive_seed(spec.seed, spec.encoder.name, spec.encoder.run, "maps", layer, kind)
    order = np.random.default_rng(seed).permutation(np.sort(candidates))
    return [int(unit) for unit in order[: spec.units]]


def _selective(table: pd.DataFrame | None, wanted: SelectiveFor) -> np.ndarray:
    if table is None:
        return np.array([], dtype=np.int64)
    rows = table[table["attribute"].isin(wanted.attributes) & (table["auc"] >= wanted.least)]
    return rows["unit"].unique()


def _require_known(shown: Collection[int], scales: pd.Series, layer: int) -> None:
    unknown = sorted(set(shown) - set(scales.index))
    if unknown:
        raise UserError(
            f"layer {layer} has no unit {unknown[0]}",
            where="key `maps.shown`",
            remedy=f"units are {scales.index.min()} to {scales.index.max()}",
        )
