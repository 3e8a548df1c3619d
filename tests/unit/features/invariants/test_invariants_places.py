"""Invariants of visualisations and of their quality: each holds of sound tables, and not of some with its fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from place_tables import quality_rows, visualised_row

from vitatlas.features.invariants.places import INVARIANTS, LEAST
from vitatlas.images.png import encode
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished

BY_NAME = {one.name: one for one in INVARIANTS}
MADE, JUDGED = "visualised_sites", "quality_gallery"
QUANTITIES = ["high_frequency", "agreement", "exceeds", "repeats", "works"]


def picture(value: int, side: int = 16) -> bytes:
    """Grey, with one value of another kind."""
    made = np.full((side, side, 3), 100, dtype=np.uint8)
    made[0, 0, 0] = value
    return encode(made)


def sound() -> dict[str, pd.DataFrame]:
    rows = [visualised_row(0, replicate=n, image=picture(101 + n)) for n in range(2)]
    rows += [visualised_row(0, site="attn.k", activation=-3.0, image=picture(255), saturated=1 / 768)]
    quality = quality_rows([{"layer": layer} for layer in (1, 4)], QUANTITIES)
    values = [0.3, 0.9, 0.8, 0.7, 0.6] * 2
    quality = quality.assign(
        value=values, low=[value - 0.1 for value in values], high=[value + 0.1 for value in values]
    )
    return {MADE: pd.DataFrame(rows), JUDGED: quality}


def finished(tables: dict[str, pd.DataFrame], folder: Path) -> Finished:
    paths = []
    for kind, table in tables.items():
        path = folder / f"analysis/features/{kind}/one.parquet"
        path.parent.mkdir(parents=True)
        table.to_parquet(path)
        paths.append(path)
    return Finished(tuple(paths))


def test_all_hold_of_sound_tables(tmp_path: Path) -> None:
    found = [check(one, finished(sound(), tmp_path / one.name)) for one in INVARIANTS]
    assert all(one is not None and one.held for one in found)


FAULTS: list[tuple[str, str, int, str, object]] = [
    ("what features behind GELU cannot reach", MADE, 0, "activation", -LEAST - 0.001),
    ("what features behind GELU cannot reach", MADE, 1, "activation_augmented", -1.0),
    ("replicates differ", MADE, 1, "image", picture(101)),
    ("what is saturated can be seen", MADE, 2, "saturated", 0.0),
    ("what is saturated can be seen", MADE, 0, "image", picture(0)),
    ("quality is within its bounds", JUDGED, 0, "value", 1.2),
    ("quality is within its bounds", JUDGED, 1, "value", 2.1),
    ("quality is within its bounds", JUDGED, 2, "low", 0.81),
    ("quality is within its bounds", JUDGED, 8, "high", 0.69),
    ("what works exceeds and repeats", JUDGED, 4, "value", 0.75),
    ("what works exceeds and repeats", JUDGED, 7, "value", 0.5),
]


@pytest.mark.parametrize(("name", "kind", "row", "column", "value"), FAULTS)
def test_a_fault_breaks_what_it_is_about(
    name: str, kind: str, row: int, column: str, value: object, tmp_path: Path
) -> None:
    tables = sound()
    values = tables[kind][column].tolist()
    values[row] = value
    tables[kind] = tables[kind].assign(**{column: values})
    found = check(BY_NAME[name], finished(tables, tmp_path))
    assert found is not None and not found.held


def test_pictures_that_may_have_been_made_smaller_are_not_looked_at(tmp_path: Path) -> None:
    table = pd.DataFrame([visualised_row(0, image=picture(0, 160), saturated=0.0)])
    assert check(BY_NAME["what is saturated can be seen"], finished({MADE: table}, tmp_path)) is None
