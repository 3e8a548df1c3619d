"""Concept units: those that the paper names, or the rule's, with their first top pictures."""

from __future__ import annotations

import pandas as pd
import pytest
from place_figures import figure
from place_tables import mapped_row, png, selective_row, thumbnails, visualised_row

from vitatlas.errors import UserError
from vitatlas.features.figures import concepts

UNITS = (0, 1, 2)


def table(c: dict[int, float] | None = None, layer: int = 1, top: int = 4) -> pd.DataFrame:
    made = [visualised_row(unit, unit=unit, layer=layer) for unit in UNITS]
    maps = [mapped_row(unit, rank, layer=layer) for unit in UNITS for rank in reversed(range(top))]
    by_unit = c or {0: 0.5, 1: 0.8, 2: 0.6}
    known = [selective_row(unit, "color", value, layer=layer) for unit, value in by_unit.items()]
    parts = [pd.DataFrame(made), pd.DataFrame(maps), thumbnails(top), pd.DataFrame(known)]
    return pd.concat(parts, ignore_index=True)


def test_the_rule_takes_the_visualised_unit_with_the_largest_c() -> None:
    found = concepts.values(table({0: 0.5, 1: 0.8, 2: 0.6, 99: 0.9}), figure("figure_02"))
    assert set(found["unit"]) == {1} and set(found["c"]) == {0.8}
    assert found[["place", "among"]].drop_duplicates().to_numpy().tolist() == [[2, 4]]


def test_c_that_is_not_known_is_no_c() -> None:
    found = concepts.values(table({0: float("nan"), 1: float("nan"), 2: 0.3}), figure("figure_02"))
    assert set(found["unit"]) == {2}


def test_of_both_scores_the_better_one_counts_and_its_top_pictures_are_shown() -> None:
    rows = table({0: 0.5, 1: 0.6, 2: 0.55})
    better = pd.DataFrame(
        [
            selective_row(2, "color", 0.9, by="maximum"),
            *[mapped_row(2, n, chosen="maximum", picture=f"p{3 - n}") for n in range(4)],
        ]
    )
    found = concepts.values(pd.concat([rows, better], ignore_index=True), figure("figure_02"))
    assert set(found["unit"]) == {2} and set(found["by"]) == {"maximum"}
    assert found.loc[found["part"] == concepts.FOUND, "picture"].tolist() == ["p3", "p2", "p1", "p0"]
    assert found["among"].iloc[0] == 3


def test_pictures_are_the_first_ones_in_their_order() -> None:
    found = concepts.values(table(top=9), figure("figure_02"))
    shown = found[found["part"] == concepts.FOUND]
    assert shown["rank"].tolist() == list(range(7))
    assert shown["png"].tolist() == [png(1000 + number) for number in range(7)]


def test_units_that_the_paper_names_are_drawn_where_they_are() -> None:
    made = [visualised_row(unit, unit=unit, layer=10) for unit in (20, 55)]
    maps = [mapped_row(unit, rank, layer=10) for unit in (20, 55) for rank in range(3)]
    both = pd.concat([table(), pd.DataFrame(made), pd.DataFrame(maps)], ignore_index=True)
    found = concepts.values(both, figure("figure_11"))
    assert found["unit"].drop_duplicates().tolist() == [20, 55]
    heads = [concepts.heading(rows.iloc[0]) for _, rows in found.groupby("unit")]
    assert heads == ["layer 10, unit 20: morbidity", "layer 10, unit 55: music"]


@pytest.mark.parametrize(("c", "drawn"), [(0.76, ["category", "color"]), (0.74, ["color"])])
def test_units_below_the_threshold_are_left_out(c: float, drawn: list[str]) -> None:
    rows = pd.concat([table(), pd.DataFrame([selective_row(0, "category", c)])], ignore_index=True)
    found = concepts.values(rows, figure("figure_11"))
    assert found["attribute"].drop_duplicates().tolist() == drawn


def test_where_all_are_below_it_the_largest_is_drawn() -> None:
    rows = table({0: 0.5, 1: 0.6, 2: 0.55})
    rows = pd.concat([rows, pd.DataFrame([selective_row(0, "category", 0.7)])], ignore_index=True)
    found = concepts.values(rows, figure("figure_11"))
    assert set(found["attribute"]) == {"category"} and set(found["c"]) == {0.7}


def test_a_unit_for_each_attribute_in_their_order() -> None:
    rows = pd.concat([table(), pd.DataFrame([selective_row(0, "category", 0.8)])], ignore_index=True)
    found = concepts.values(rows, figure("figure_11"))
    assert found[["unit", "attribute"]].drop_duplicates().to_numpy().tolist() == [[0, "category"], [1, "color"]]
    assert concepts.heading(found.iloc[0]).startswith("layer 1, unit 0: category sea, C = 0.80 (1 of 1 units")


def test_no_selective_unit_is_an_error() -> None:
    with pytest.raises(UserError, match="no unit was visualised whose selectivity for location"):
        concepts.values(table(), figure("figure_10"))
