"""Readings of maps and of moved pictures, from made-up tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from vitatlas.features.reading.maps import READERS, locality, moved

LAYERS = 4


def row(layer: int, unit: int | None, quantity: str, value: float, **changes: Any) -> dict[str, Any]:
    why = {"shown": False, "drawn": True, "of_object": True, "of_place": True}
    about = {"model": "one", "run": 0, "layer": layer, "unit": unit, "chosen": "maximum", "control": ""}
    return about | why | {"quantity": quantity, "value": value, "error": 0.01, "n": 5} | changes


def fitted(layer: int, value: float, shuffled: float = 0.2, units: int = 6) -> list[dict[str, Any]]:
    """Pointing of some units around a value, with its control and the area."""
    rows = []
    for unit, shift in enumerate(np.linspace(-0.1, 0.1, units)):
        rows.append(row(layer, unit, "pointing", value + shift))
        rows.append(row(layer, unit, "pointing", shuffled + shift, control="shuffled"))
        rows.append(row(layer, unit, "area", 0.1))
    return rows


def read(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return locality(pd.DataFrame(rows).astype({"unit": "Int64"}))


def of(found: pd.DataFrame, quantity: str, control: str | None = None) -> pd.DataFrame:
    fits = found["control"].isna() if control is None else found["control"] == control
    return found[(found["quantity"] == quantity) & fits]


def test_a_mean_is_over_the_units_that_the_measure_is_asked_of() -> None:
    rows = [row(0, unit, "variation", value, chosen="random") for unit, value in enumerate((1.0, 3.0))]
    rows.append(row(0, 2, "variation", 50.0, chosen="random", drawn=False))
    rows.append(row(0, None, "token_cosine", 0.7, chosen="random", drawn=False, of_object=False, of_place=False))
    found = read(rows)
    (variation,) = of(found, "variation").to_dict("records")
    assert (variation["value"], variation["error"]) == (2.0, pytest.approx(1.0))
    assert variation["part"] == "random pictures"
    assert of(found, "flatness")["value"].tolist() == [-2.0]
    assert of(found, "token_cosine")[["value", "error"]].to_numpy().tolist() == [[0.7, 0.01]]


def test_the_weakest_layer_is_the_one_least_above_its_own_control() -> None:
    rows = fitted(0, 0.5, 0.1) + fitted(1, 0.9, 0.7) + fitted(2, 0.95, 0.1) + fitted(LAYERS - 1, 0.3, 0.3)
    found = read(rows)
    values = {name: of(found, "weakest_pointing", name)["value"].iloc[0] for name in (None, "shuffled", "area")}
    assert values == {None: pytest.approx(0.9), "shuffled": pytest.approx(0.7), "area": pytest.approx(0.1)}
    assert of(found, "weakest_pointing")["layer"].isna().all()


def test_a_layer_of_few_units_cannot_be_the_weakest() -> None:
    found = read(fitted(0, 0.2, 0.2, units=4) + fitted(1, 0.8) + fitted(LAYERS - 1, 0.3))
    assert of(found, "weakest_pointing")["value"].tolist() == [pytest.approx(0.8)]


def background(layer: int, unit: int, by_random: float, by_top: float) -> list[dict[str, Any]]:
    rows = [row(layer, unit, "auc_off", by_random, chosen="random"), row(layer, unit, "auc_off", by_top, chosen="mean")]
    return [*rows, row(layer, unit, "auc_off", 0.55, chosen="mean", control="shuffled")]


def test_the_background_unit_is_not_reported_on_the_pictures_that_chose_it() -> None:
    rows = background(1, 3, 0.9, 0.7) + background(1, 4, 0.6, 0.99) + background(0, 1, 0.8, 0.8)
    rows += background(LAYERS - 1, 5, 1.0, 1.0)  # no middle layer
    found = read(rows)
    assert of(found, "background_unit")["value"].tolist() == [0.7]
    assert of(found, "background_unit", "shuffled")["value"].tolist() == [0.55]
    assert of(found, "background_unit")["layer"].tolist() == [1]


def test_pictures_without_masks_have_no_fits() -> None:
    found = read([row(layer, 0, "variation", 1.0, of_object=False, of_place=False) for layer in range(2)])
    assert set(found["quantity"]) == {"variation", "flatness"}


def shares(*pairs: tuple[float, float]) -> pd.DataFrame:
    """Rotation and translation by layer."""
    rows = [
        {"model": "one", "run": 0, "layer": layer, "motion": motion, "ratio": ratio, "error": error, "n": 9}
        for layer, pair in enumerate(pairs)
        for motion, ratio, error in zip(("rotation", "translation"), pair, (0.03, 0.04), strict=True)
    ]
    return pd.DataFrame(rows)


def test_the_weakest_layer_of_motions_has_the_smallest_gap() -> None:
    found = moved(shares((0.2, 0.9), (0.5, 0.6), (0.1, 0.4))).assign(control=None)
    assert of(found, "gap")["value"].tolist() == pytest.approx([0.7, 0.1, 0.3])
    assert of(found, "gap")["error"].tolist() == pytest.approx([0.05] * 3)
    weakest = found[found["layer"].isna()].set_index("quantity")["value"]
    assert weakest.to_dict() == {"weakest_rotation": 0.5, "weakest_translation": 0.6}
    assert found[found["quantity"] == "translation"]["value"].tolist() == [0.9, 0.6, 0.4]


def test_readers_are_of_kinds_of_table() -> None:
    assert set(READERS) == {"locality", "moved"}
