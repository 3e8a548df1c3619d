"""Natural pictures that activate units most, as the judge sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.encoders.seen.spec import PicturesSpec
from vitatlas.errors import UserError
from vitatlas.features.maps.pictures import chosen, positions_of
from vitatlas.models.encoder import Encoder

UNIT = ["site", "layer", "unit"]


def top_of(path: Path, features: pd.DataFrame, count: int) -> pd.DataFrame:
    """The top pictures of the units of features: site, layer, unit, part, picture; up to `count` of each.

    Args:
        path: The table `top` of `unit_scores`.
        features: With the columns model, run, site, layer, unit.
        count: How many.

    Raises:
        UserError: The table is of another model or run, or lacks a unit.
    """
    table = pd.read_parquet(path)
    wanted = features[["model", "run", *UNIT]].drop_duplicates()
    found = table[table["by"] == "mean"].merge(wanted, on=["model", "run", *UNIT])
    lacking = len(wanted) - len(found[UNIT].drop_duplicates())
    if lacking:
        raise UserError(
            f"{lacking} of {len(wanted)} units that were visualised have no top pictures",
            where=path,
            remedy="score the sites and layers of the set with the same model and run",
        )
    ordered = found.sort_values("rank", kind="stable").groupby(UNIT, sort=False).head(count)
    return ordered[[*UNIT, "part", "picture"]].reset_index(drop=True)


def pictures_at(
    top: pd.DataFrame, spec: PicturesSpec, encoder: Encoder, indexes: Sequence[Path]
) -> tuple[pd.DataFrame, list[Pictures]]:
    """The pictures of a table, each once: part and picture in the order in which they come, and the pictures by part.

    Raises:
        UserError: A picture is not among those of its part; or as `parts_of`.
    """
    parts = parts_of(spec.parts, encoder, spec.seed, indexes)
    rows, found = [], []
    named: list[str] = top["part"].drop_duplicates().tolist()
    for name in named:
        if name not in parts:
            raise UserError(f"part '{name}' of the top pictures is not known", remedy=f"there are: {', '.join(parts)}")
        ids: list[str] = top.loc[top["part"] == name, "picture"].drop_duplicates().tolist()
        found.append(chosen(parts[name], positions_of(ids, parts[name])))
        rows.append(pd.DataFrame({"part": name, "picture": ids}))
    return pd.concat(rows, ignore_index=True), found


def batches(parts: Sequence[Pictures], size: int) -> Iterator[Tensor]:
    """The pictures of all parts, uint8 [B, 3, side, side]."""
    for part in parts:
        yield from part.batches(size)


def by_unit(top: pd.DataFrame, order: pd.DataFrame, embeddings: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The mean embedding of each unit's top pictures: the units (site, layer, unit), and float64 [units, D].

    Args:
        top: As `top_of` finds them.
        order: Part and picture of each embedding.
        embeddings: float [N, D].
    """
    rows = top.merge(order.reset_index(names="row"), on=["part", "picture"])
    groups = [(key, embeddings[some["row"].to_numpy()].astype(float).mean(0)) for key, some in rows.groupby(UNIT)]
    return pd.DataFrame([key for key, _ in groups], columns=UNIT), np.stack([mean for _, mean in groups])
