"""What must hold of tables of units and of visualisations: good tables pass, and each fault is found."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from selectivity_tables import layers_table, means_of, units_table

from vitatlas.features.invariants import units, visualised
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished


def finished(folder: Path, tables: dict[str, pd.DataFrame]) -> Finished:
    paths = []
    for kind, table in tables.items():
        path = folder / f"analysis/features/{kind}/one.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path)
        paths.append(path)
    return Finished(tuple(paths))


def broken(of: tuple[Any, ...], found: Finished) -> set[str]:
    checked = [check(one, found) for one in of]
    return {one.invariant.name for one in checked if one is not None and not one.held}


def selective() -> dict[str, pd.DataFrame]:
    own = units_table()
    layers = layers_table("one", layers=2)
    rest = layers[~layers["quantity"].isin(["eta2", "best_auc", "entropy"])]
    return {"selective_units": own, "selectivity": pd.concat([means_of(own), rest], ignore_index=True)}


def changed(kind: str, column: str, value: Any, **where: Any) -> dict[str, pd.DataFrame]:
    """Good tables, but for one cell."""
    tables = selective()
    table = tables[kind]
    fits = np.logical_and.reduce([table[name] == wanted for name, wanted in where.items()] or [table.index >= 0])
    table.loc[table.index[fits][0], column] = value
    return tables


def test_good_tables_of_units_pass(tmp_path: Path) -> None:
    found = finished(tmp_path, selective())
    assert broken(units.INVARIANTS, found) == set()
    assert all(check(one, found) for one in units.INVARIANTS)


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        (changed("selective_units", "c", -0.1), "selectivities are areas and shares"),
        (changed("selective_units", "eta2", 1.2, attribute="category"), "selectivities are areas and shares"),
        (changed("selective_units", "auc", 0.4), "the best value is told better than by guessing"),
        (changed("selective_units", "signed", 0.7), "the best value is told better than by guessing"),
        (changed("selective_units", "c_largest", 0.0), "no C is above the largest"),
        (changed("selective_units", "strata", 0), "no C is above the largest"),
        (changed("selective_units", "eta2", 0.9, attribute="kind"), "kinds explain no more than categories"),
        (changed("selectivity", "value", 0.9, quantity="eta2"), "layers are the means of their units"),
        (changed("selectivity", "n", 3, quantity="eta2"), "layers are the means of their units"),
        (changed("selectivity", "value", 0.9, quantity="share_of_eta2"), "layers have shares"),
        (changed("selectivity", "value", -2, quantity="progression_share"), "layers have shares"),
        (changed("selectivity", "low", 0.9, quantity="eta2"), "layers have shares"),
        (changed("selectivity", "null", np.nan, quantity="between_kinds"), "every measure has its null"),
        (changed("selectivity", "layer", 1, quantity="progression_share"), "every measure has its null"),
    ],
)
def test_a_fault_of_units_is_found(tables: dict[str, pd.DataFrame], name: str, tmp_path: Path) -> None:
    assert name in broken(units.INVARIANTS, finished(tmp_path, tables))


def test_a_silent_unit_is_no_fault(tmp_path: Path) -> None:
    own = units_table()
    own.loc[own["unit"] == 0, ["eta2", "c", "c_largest"]] = np.nan
    own.loc[own["unit"] == 0, "strata"] = 0
    tables = selective() | {"selective_units": own}
    means = means_of(own)
    rest = tables["selectivity"][~tables["selectivity"]["quantity"].isin(["eta2", "best_auc", "entropy"])]
    tables["selectivity"] = pd.concat([means, rest], ignore_index=True)
    assert broken(units.INVARIANTS, finished(tmp_path, tables)) == set()


def picture(width: int = 16, height: int = 16, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, format="PNG")
    return file.getvalue()


def pictures() -> pd.DataFrame:
    rows = [
        {"layer": layer, "unit": unit, "replicate": replicate, "weight": weight}
        for layer in (0, 1)
        for unit in (0, 1)
        for replicate in (0, 1)
        for weight in (0.01, 0.02)
    ]
    about: dict[str, Any] = {
        "model": "one",
        "run": 0,
        "set": "first",
        "site": "mlp.act",
        "sd": 1.0,
        "percentile": 100.0,
    }
    measures = {"activation": 2.0, "activation_augmented": 1.0, "total_variation": 3.0, "saturated": 0.0}
    return pd.DataFrame(rows).assign(**about, **measures, high_frequency=1.0, image=[picture()] * len(rows))


def with_cell(column: str, value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(**{column: [value, *table[column].iloc[1:]]})

    return change


def test_good_visualisations_pass(tmp_path: Path) -> None:
    absent = pictures().assign(sd=np.nan, percentile=np.nan)
    found = finished(tmp_path, {"visualised_gallery": pictures(), "visualised_sweep": absent})
    assert broken(visualised.INVARIANTS, found) == set()
    assert all(check(one, found) for one in visualised.INVARIANTS)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (with_cell("activation", np.nan), "a visualisation's measures are numbers"),
        (with_cell("total_variation", -1.0), "a visualisation's measures are numbers"),
        (with_cell("percentile", 100.5), "a visualisation's shares are shares"),
        (with_cell("percentile", np.nan), "a visualisation's shares are shares"),
        (with_cell("saturated", 1.5), "a visualisation's shares are shares"),
        (with_cell("unit", 1), "every visualisation is there once"),
        (lambda table: table.iloc[1:], "every visualisation is there once"),
        (with_cell("image", picture(17, 17)), "pictures are square and small enough"),
        (with_cell("image", picture(16, 12)), "pictures are square and small enough"),
        (with_cell("image", picture(mode="L")), "pictures are square and small enough"),
        (lambda table: table.assign(image=[picture(200, 200)] * len(table)), "pictures are square and small enough"),
    ],
)
def test_a_fault_of_visualisations_is_found(
    change: Callable[[pd.DataFrame], pd.DataFrame], name: str, tmp_path: Path
) -> None:
    assert name in broken(visualised.INVARIANTS, finished(tmp_path, {"visualised_gallery": change(pictures())}))
