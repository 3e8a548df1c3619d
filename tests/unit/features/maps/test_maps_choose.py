"""Which units are mapped, and on which pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from mapped_units import encoder_spec, pictures_spec

from vitatlas.errors import UserError
from vitatlas.features.maps.choose import MappedUnit, random_positions, top_pictures, units_of_layer
from vitatlas.features.maps.spec import MapsSpec

MOMENTS = pd.DataFrame(
    {"unit": np.repeat(np.arange(40), 2), "scale": np.repeat([0.0, *np.linspace(0.1, 2, 38), 0.0], 2)}
)
SELECTIVE = pd.DataFrame(
    {
        "unit": [3, 3, 5, 7, 0, 9, 11],
        "attribute": ["category", "location", "color", "location", "category", "location", "count"],
        "best": ["cat", "sea", "red", "sky", "cat", "city", "many"],
        "auc": [0.85, 0.95, 0.79, 0.9, 0.99, 0.89, 1.0],
    }
)


def spec(**changes: Any) -> MapsSpec:
    return MapsSpec.model_validate(
        {
            **{"encoder": encoder_spec("vit"), "pictures": pictures_spec(), "shown": [], "units": 6, "kept": 2},
            **{"top": 3, "by": ["mean"], "random": 4, "shifts": [], "seed": 1, "compute": {}},
            "of_object": {"attributes": ["category", "color", "pattern"], "least": 0.8},
            "of_place": {"attributes": ["location"], "least": 0.9},
            **changes,
        }
    )


def of_kind(units: list[MappedUnit], kind: str) -> list[int]:
    return [unit.number for unit in units if unit.why[kind]]


def test_units_are_drawn_of_those_that_are_ever_active() -> None:
    assert of_kind(units_of_layer(spec(units=50), 0, MOMENTS, None), "drawn") == list(range(1, 39))
    few = units_of_layer(spec(), 0, MOMENTS, None)
    assert len(of_kind(few, "drawn")) == 6 and sum(unit.kept for unit in few) == 2
    assert few[0].scale == MOMENTS.set_index("unit")["scale"][few[0].number].iloc[0]


def test_the_draw_depends_on_layer_and_seed_and_a_smaller_one_is_part_of_it() -> None:
    found = [of_kind(units_of_layer(spec(units=n, seed=s), k, MOMENTS, None), "drawn") for n, s, k in
             ((6, 1, 0), (6, 1, 0), (6, 2, 0), (6, 1, 1), (3, 1, 0))]  # fmt: skip
    assert found[0] == found[1] != found[2] and found[0] != found[3]
    assert set(found[4]) < set(found[0])


def test_units_of_either_kind_are_those_that_selectivity_names() -> None:
    found = units_of_layer(spec(), 0, MOMENTS, SELECTIVE)
    assert of_kind(found, "of_object") == [3], "unit 0 is never active"
    assert of_kind(found, "of_place") == [3, 7]
    assert {3, 7} <= {unit.number for unit in found if unit.kept}
    assert of_kind(units_of_layer(spec(), 0, MOMENTS, None), "of_place") == []


def test_shown_units_are_there_and_kept_even_if_they_are_silent() -> None:
    shown = [{"layer": 0, "units": [39, 4]}, {"layer": 1, "units": [8]}]
    found = units_of_layer(spec(shown=shown), 0, MOMENTS, None)
    assert of_kind(found, "shown") == [4, 39]
    assert all(unit.kept for unit in found if unit.why["shown"])
    with pytest.raises(UserError, match="layer 1 has no unit 40"):
        units_of_layer(spec(shown=[{"layer": 1, "units": [3, 40]}]), 1, MOMENTS, None)


def test_top_pictures_are_the_first_allowed_ones_by_rank() -> None:
    rows = [
        (unit, by, rank, f"{by}{rank}", -rank) for unit in (4, 2) for by in ("mean", "maximum") for rank in (2, 0, 1)
    ]
    top = pd.DataFrame(rows, columns=["unit", "by", "rank", "picture", "score"])
    found = top_pictures(top, "mean", [2, 4, 6], {"mean0", "mean2", "maximum1"}, 2)
    assert found[["unit", "picture"]].to_numpy().tolist() == [[u, p] for u in (2, 4) for p in ("mean0", "mean2")]
    assert top_pictures(top, "mean", [2], {"mean2", "mean1"}, 1)["picture"].tolist() == ["mean1"]


def test_random_pictures_are_drawn_of_the_allowed_ones_without_repetition() -> None:
    allowed = np.arange(30) % 3 == 0
    found = random_positions(allowed, 10, 0)
    assert found.tolist() == list(range(0, 30, 3))
    assert len(set(random_positions(allowed, 4, 0)) & set(random_positions(allowed, 4, 1))) < 4
    with pytest.raises(UserError, match="11 random pictures are asked for, and 10 can be taken"):
        random_positions(allowed, 11, 0)
