"""Names of artifacts, in full and short."""

import pytest

from vitatlas.artifacts.names import Name, find_name
from vitatlas.errors import UserError

NAMES = [
    Name("relations", "figure_02"),
    Name("relations", "extra_departures"),
    Name("features", "figure_02"),
    Name("features", "table_01"),
]


def found(given: str) -> Name:
    return find_name(given, NAMES, "the command line")


def test_a_full_name_has_the_papers_in_front():
    assert Name("relations", "figure_02").full == "relations_figure_02"


@pytest.mark.parametrize("name", NAMES)
def test_a_full_name_is_of_one_artifact(name):
    assert found(name.full) == name


@pytest.mark.parametrize(
    ("given", "name"),
    [("table_01", Name("features", "table_01")), ("extra_departures", Name("relations", "extra_departures"))],
)
def test_a_short_name_does_where_one_paper_has_it(given, name):
    assert found(given) == name


def test_a_short_name_of_two_papers_lists_the_full_ones():
    with pytest.raises(UserError, match="'figure_02' is an artifact of several papers") as caught:
        found("figure_02")
    assert caught.value.where == "the command line"
    assert caught.value.remedy == "name one in full: relations_figure_02, features_figure_02"


@pytest.mark.parametrize("given", ["figure_03", "components_figure_02", "relations", "features_figure_2"])
def test_an_unknown_name_lists_the_full_ones(given):
    with pytest.raises(UserError) as caught:
        found(given)
    full = "features_figure_02, features_table_01, relations_extra_departures, relations_figure_02"
    assert caught.value.problem == f"unknown artifact '{given}'; there are: {full}"
    assert caught.value.where == "the command line"


def test_the_nearest_name_is_proposed():
    with pytest.raises(UserError) as caught:
        found("features_figure_2")
    assert caught.value.remedy == "did you mean 'features_figure_02'?"
