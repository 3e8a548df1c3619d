"""Which units a page shows, what it tells of them, and what it warns of."""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.features.own.choose import chosen_units, evenly_spaced
from vitatlas.features.own.everywhere import as_json, everywhere
from vitatlas.features.own.labels import alike_by_chance, labels_among, labels_of
from vitatlas.features.own.page import percent, sized, tenths
from vitatlas.features.own.spec import Shown
from vitatlas.features.own.told import chance_of, layers_of, warnings_of

LABELS = {"a1": "cat", "a2": "cat", "b1": "dog", "b2": "dog", "c1": None}
PICTURES = pd.DataFrame({"picture": list(LABELS), "class_id": list(LABELS.values())})
MANY = pd.DataFrame({"picture": [f"{number}" for number in range(200)], "class_id": "cat"})


def units_table() -> pd.DataFrame:
    """Twelve layers of ten units; the table is in no order."""
    rows = [{"site": "mlp.act", "layer": layer, "unit": unit} for layer in range(12) for unit in range(10)]
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


@pytest.mark.parametrize(
    ("of", "count", "found"),
    [(12, 6, [0, 2, 4, 7, 9, 11]), (12, 1, [11]), (12, 2, [0, 11]), (3, 6, [0, 1, 2]), (1, 3, [0]), (12, 0, [])],
)
def test_layers_are_evenly_spaced_and_the_last_one_is_there(of: int, count: int, found: list[int]) -> None:
    assert evenly_spaced(of, count) == found


def places(**shown: Any) -> list[tuple[int, list[int]]]:
    found = chosen_units(units_table(), Shown.model_validate({"layers": 2, "units": 3, "besides": [], **shown}))
    assert {one.site for one in found} == {"mlp.act"}
    return [(one.layer, one.units) for one in found]


def test_the_first_units_are_shown_and_all_where_there_are_fewer() -> None:
    assert places() == [(0, [0, 1, 2]), (11, [0, 1, 2])]
    assert places(units=99) == [(0, [*range(10)]), (11, [*range(10)])]


def test_units_that_are_named_are_shown_besides() -> None:
    named = [{"layer": 11, "units": [7, 1]}, {"layer": 4, "units": [9]}]
    assert places(besides=named) == [(0, [0, 1, 2]), (4, [9]), (11, [0, 1, 2, 7])]


def test_none_but_the_named_units_are_shown_where_nothing_else_is_asked_for() -> None:
    assert places(layers=0, besides=[{"layer": 6, "units": [8, 3]}]) == [(6, [3, 8])]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"layer": 12, "units": [0]}, "no layer 12.*\n.*0 to 11"),
        ({"layer": 3, "units": [2, 10]}, "layer 3 has no unit 10"),
    ],
)
def test_a_unit_that_the_network_has_not_is_refused(named: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError) as refused:
        places(besides=[named])
    assert re.search(words, str(refused.value), re.DOTALL) and "key `shown`" in str(refused.value)


def test_labels_are_told_with_their_share_of_all_pictures() -> None:
    known = labels_of(PICTURES)
    found = labels_among(["b1", "a1", "b2", "c1"], known, 5)
    assert [(one.name, one.count, one.share, one.of_all) for one in found] == [
        ("dog", 2, 0.5, 0.4),
        ("cat", 1, 0.25, 0.4),
    ]
    assert labels_of(PICTURES[["picture"]]) == {}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_chance_is_that_of_all_draws(count: int) -> None:
    known = {f"{number}": label for number, label in enumerate("aaabbcd")}
    draws = list(itertools.combinations(known.values(), count))
    share = sum(len(set(draw)) == 1 for draw in draws) / len(draws)
    assert alike_by_chance(known, 7, count) == pytest.approx(share)


def test_a_picture_without_a_label_is_like_none_by_chance() -> None:
    assert alike_by_chance({"1": "a", "2": "a"}, 4, 2) == pytest.approx(1 / 6)


def tables(**silent: float) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three units: the last is at another layer."""
    units = pd.DataFrame({"layer": [0, 0, 5], "site": "mlp.act", "unit": [0, 1, 0]})
    visualised = units.assign(activation=[2.0, 1.0, 3.0], sd=[0.5, 0.0, 1.0], percentile=[100.0, 100.0, 40.0])
    ranked = [("a1", "a2"), ("b1", "a1"), ("b2", "c1")]
    top = [
        {**unit, "by": by, "rank": rank, "picture": pictures[rank] if by == "mean" else "b1"}
        for unit, pictures in zip(units.to_dict("records"), ranked, strict=True)
        for by in ("mean", "maximum")
        for rank in (1, 0)
    ]
    scale = [1.0, silent.get("scale", 1.0), 2.0]
    moments = pd.concat([units.assign(by=by, scale=scale, mean=0.5) for by in ("mean", "maximum")])
    return visualised, pd.DataFrame(top), moments


def test_units_are_told_by_layer_with_their_top_pictures_by_mean() -> None:
    first, last = layers_of(*tables(), PICTURES)
    assert (first.number, last.number) == (0, 5) and [unit.unit for unit in first.units] == [0, 1]
    one, two = first.units
    assert (one.top, one.reached, one.percentile, one.key) == (["a1", "a2"], 3.0, 100.0, "l0u0")
    assert (
        math.isnan(two.reached)
        and math.isnan(two.percentile)
        and [label.name for label in two.labels] == ["cat", "dog"]
    )
    assert last.units[0].number == 2 and last.units[0].words == "layer-5; unit-0; dog b2 c1"


def test_a_unit_that_is_not_active_has_no_top_pictures() -> None:
    silent = layers_of(*tables(scale=0.0), PICTURES)[0].units[1]
    assert not silent.active and silent.top == [] == silent.labels and silent.words.endswith("not active")


def told(pictures: pd.DataFrame = MANY, *, untrained: bool = False, **silent: float) -> str:
    units = [unit for layer in layers_of(*tables(**silent), PICTURES) for unit in layer.units]
    return "\n".join(warnings_of(units, pictures, untrained=untrained))


def test_without_a_reason_nothing_is_warned_of() -> None:
    assert told() == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"untrained": True}, "weights are random"),
        ({"pictures": PICTURES}, "There are 5 pictures, which are few"),
        ({"pictures": MANY[["picture"]]}, "have no labels"),
        ({"scale": 0.0}, "1 of 3 units are not active"),
    ],
)
def test_a_reason_to_doubt_is_said(changes: dict[str, Any], words: str) -> None:
    assert words in told(**changes)


def test_weak_visualisations_are_warned_of() -> None:
    visualised, top, moments = tables()
    layers = layers_of(visualised.assign(percentile=50.0), top, moments, PICTURES)
    (told,) = warnings_of([unit for layer in layers for unit in layer.units], MANY, untrained=False)
    assert told.startswith("2 of 3 visualisations")


def test_top_pictures_of_one_label_are_counted_beside_chance() -> None:
    units = [unit for layer in layers_of(*tables(), PICTURES) for unit in layer.units]
    alike, of, expected = chance_of(units, PICTURES) or (0, 0, 0.0)
    assert (alike, of) == (1, 3) and expected == pytest.approx(3 * 2 / 10)
    assert chance_of(units, PICTURES[["picture"]]) is None


@pytest.mark.parametrize(
    ("value", "text"), [(100, "100 %"), (0, "0 %"), (99.9, "99 %"), (0.1, "1 %"), (46.6, "47 %"), (math.nan, "–")]
)
def test_all_and_none_are_said_of_these_alone(value: float, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.26, "1.3"), (-0.4, "−0.4"), (float("nan"), "–")])
def test_numbers_are_told_in_tenths(value: float, text: str) -> None:
    assert tenths(value) == text


@pytest.mark.parametrize(("side", "shown"), [(32, 96), (96, 96), (224, 224), (384, 224)])
def test_pictures_fit_the_page(side: int, shown: int) -> None:
    assert sized(np.zeros((side, side, 3), np.uint8)).size == (shown, shown)


def test_all_units_are_searched_by_the_places_of_their_top_pictures() -> None:
    _, top, moments = tables(scale=0.0)
    found = everywhere(top, moments, PICTURES)
    assert found["pictures"] == ["cat a1", "cat a2", "dog b1", "dog b2", "c1"]
    assert found["layers"] == [{"layer": 0, "top": [[0, 1], []]}, {"layer": 5, "top": [[3, 4]]}]


def test_a_name_cannot_end_the_element_that_it_stands_in() -> None:
    text = as_json({"pictures": ["</script><b>ä"]})
    assert "<" not in text and json.loads(text) == {"pictures": ["</script><b>ä"]}
