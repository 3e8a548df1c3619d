"""The pictures that are shown, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from vitatlas.components.heatmaps.probes import Probe, probe_of
from vitatlas.errors import UserError

PICTURES = pd.DataFrame(
    {
        "picture": ["test/0", "test/1", "test/2", "test/3"],
        "category": ["cat", "swan", "swan", "car"],
        "location": ["city", "sea", "pond", "pond"],
        "count": [1, 1, 3, 1],
    }
)
LABELS = {"animal": "category", "location": "location"}
TEXTS = {"animal": ["cat", "swan"], "location": ["city", "sea", "pond"], "shape": ["triangular shape", "octagon"]}


def probe(wanted: dict[str, str], features: tuple[str, ...] = ("animal", "location")) -> Probe:
    return probe_of(PICTURES, wanted, features, LABELS, TEXTS)


def test_the_first_picture_with_the_attributes_is_shown_with_its_own_texts() -> None:
    found = probe({"category": "swan"})
    assert (found.position, found.texts) == (1, {"animal": "swan", "location": "sea"})
    assert probe({"category": "swan", "location": "pond", "count": "3"}).position == 2


def test_a_feature_that_is_no_attribute_takes_its_text_from_the_configuration() -> None:
    found = probe({"category": "cat", "shape": "octagon"}, ("animal", "shape"))
    assert (found.position, found.texts) == (0, {"animal": "cat", "shape": "octagon"})


@pytest.mark.parametrize(
    ("wanted", "features", "match"),
    [
        ({"category": "boat"}, ("animal",), r"none of the 4 pictures has category 'boat'"),
        ({"category": "cat", "location": "sea"}, ("animal",), r"all of: category 'cat', location 'sea', though each"),
        ({"colour": "red"}, ("animal",), r"unknown attribute of pictures 'colour'"),
        ({"shape": "octagon"}, ("animal",), r"unknown attribute of pictures 'shape'"),
        ({"category": "car"}, ("animal",), r"unknown text 'car'; there are: cat, swan"),
        ({"category": "cat"}, ("shape",), r"nothing says what the picture is of feature 'shape'"),
        ({"category": "cat", "shape": "circle"}, ("shape",), r"unknown text 'circle'"),
    ],
)
def test_what_cannot_be_shown_is_named(wanted: dict[str, str], features: tuple[str, ...], match: str) -> None:
    with pytest.raises(UserError, match=match) as caught:
        probe(wanted, features)
    assert "heatmaps.probes" in str(caught.value.where)
