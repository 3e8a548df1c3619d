"""The least AUC over strata, against a count by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from planted_scores import scenes
from sklearn.metrics import roc_auc_score

from vitatlas.errors import UserError
from vitatlas.features.selectivity.attributes import Attribute, attributes_of
from vitatlas.features.selectivity.invariant import selectivity
from vitatlas.features.selectivity.kinds import between_words, groupings, groups_of
from vitatlas.features.selectivity.order import Order

NAMES = ["category", "color", "pattern", "location", "count", "kind"]


@pytest.fixture(scope="module")
def pictures() -> pd.DataFrame:
    return scenes(3000)


@pytest.fixture(scope="module")
def attributes(pictures: pd.DataFrame) -> dict[str, Attribute]:
    return {a.name: a for a in attributes_of(pictures, NAMES)}


def one(scores: np.ndarray, attributes: dict[str, Attribute], name: str, value: str, fewest: int = 20):
    found = selectivity(Order(scores.astype(np.float32)[:, None]), list(attributes.values()), fewest)[name]
    row = attributes[name].values.index(value)
    return found.auc[row, 0], found.least[row, 0], found.most[row, 0], found.strata[row]


def by_hand(scores: np.ndarray, attributes: dict[str, Attribute], name: str, value: str, fewest: int) -> list[float]:
    a = attributes[name]
    inside = a.codes == a.values.index(value)
    found = []
    for other in attributes.values():
        if {name, other.name} == {"category", "kind"} or other is a:
            continue
        strata = [other.codes == w for w in range(len(other.values))]
        found += [
            roc_auc_score(inside[s], scores[s]) for s in strata if min(sum(inside & s), sum(~inside & s)) >= fewest
        ]
    if name == "kind":
        forms = attributes["category"]
        for w in range(len(forms.values)):
            form = forms.codes == w
            if not (form & ~inside).any() and form.sum() >= fewest:
                found.append(roc_auc_score(form[form | ~inside], scores[form | ~inside]))
    return found


@pytest.mark.parametrize(
    ("name", "value"), [("category", "cat"), ("color", "red"), ("count", "many"), ("kind", "animal"), ("kind", "thing")]
)
@pytest.mark.parametrize("fewest", [20, 30])
def test_it_is_what_a_count_by_hand_gives(attributes, name, value, fewest) -> None:
    rng = np.random.default_rng(1)
    scores = np.round(rng.normal(size=3000) + (attributes["color"].codes == 2) + attributes["kind"].codes, 1)
    expected = by_hand(scores.astype(np.float32), attributes, name, value, fewest)
    _, least, most, strata = one(scores, attributes, name, value, fewest)
    assert (least, most, strata) == (pytest.approx(min(expected)), pytest.approx(max(expected)), len(expected))


def test_an_indicator_is_told_in_every_stratum(attributes) -> None:
    for name, value in (("color", "red"), ("location", "sea"), ("kind", "animal")):
        indicator = attributes[name].codes == attributes[name].values.index(value)
        auc, least, _, strata = one(indicator, attributes, name, value)
        assert auc == least == 1 and strata > 5


def test_a_response_to_another_attribute_is_none_to_this_one(pictures, attributes) -> None:
    """Habitats make locations tell of categories, but not within a location."""
    scores = (pictures["location"] == "sea").to_numpy() + 0.01 * np.random.default_rng(2).normal(size=len(pictures))
    for value in ("fish", "boat", "cat"):
        assert one(scores, attributes, "category", value)[1] <= 0.5 + 0.15


def test_a_unit_for_one_animal_is_none_for_animals(pictures, attributes) -> None:
    scores = (pictures["category"] == "cat").to_numpy()
    auc, least, _, _ = one(scores, attributes, "kind", "animal")
    assert auc > 0.55 and least == 0.5


def test_without_a_stratum_it_is_missing_and_never_one(attributes) -> None:
    red = attributes["color"].codes == attributes["color"].values.index("red")
    auc, least, most, strata = one(red, attributes, "color", "red", fewest=2000)
    assert auc == 1 and np.isnan(least) and np.isnan(most) and strata == 0
    alone = {"color": attributes["color"]}
    assert np.isnan(one(red, alone, "color", "red")[1])


def test_labels_stand_for_the_category_and_nothing_known_is_refused() -> None:
    labelled = pd.DataFrame({"picture": ["a", "b", "c"], "class_id": ["n1", "n2", "n1"], "label": [0, 1, 0]})
    (found,) = attributes_of(labelled, NAMES)
    assert found.name == "category" and found.values == ("n1", "n2") and found.codes.tolist() == [0, 1, 0]
    numbers = labelled.assign(class_id=None)
    assert attributes_of(numbers, NAMES)[0].values == ("0", "1")
    for known in (labelled[["picture"]], numbers.assign(label=-1), labelled.assign(class_id="n1")):
        with pytest.raises(UserError, match="nothing is known"):
            attributes_of(known, NAMES)
    with pytest.raises(UserError, match="1 of 3 pictures have no attribute 'category'"):
        attributes_of(labelled.assign(class_id=["n1", None, "n2"]), NAMES)


def test_what_divides_what(attributes) -> None:
    pairs = [(a.name, b.name) for a, b in itertools.permutations(attributes.values(), 2) if a.divides(b)]
    assert pairs == [("category", "kind")]


def test_variance_between_kinds_is_all_of_an_animal_units_and_chance_of_noise(attributes) -> None:
    forms, words = attributes["category"], attributes["kind"]
    rng = np.random.default_rng(3)
    scores = np.concatenate([words.codes[:, None], rng.normal(size=(3000, 200))], 1)
    shares = between_words(scores - scores.mean(0), forms, groupings(groups_of(forms, words), 20, 0))
    assert shares.shape == (21, 201) and shares[0, 0] == pytest.approx(1)
    assert shares[:, 1:].mean() == pytest.approx(1 / 15, abs=0.01)
    assert (shares[1:, 0] < 0.5).all()
