"""Values of the configuration in prose."""

import pytest

from vitatlas.config.quote import with_values
from vitatlas.errors import UserError
from vitatlas.project.load import load_config, load_zoo


@pytest.fixture(scope="module")
def tiers(request):
    config = request.config.rootpath / "config"
    zoo = load_zoo(config / "models.yaml")
    return {tier: load_config(config, {"tier": tier}, zoo) for tier in ("demo", "paper")}


def test_a_quotation_becomes_the_value_of_its_tier(tiers):
    demo, paper = (tiers[name].section("relations") for name in ("demo", "paper"))
    assert demo.probe.learning_rate != paper.probe.learning_rate
    text = "${demo.relations.probe.learning_rate}, not ${paper.relations.probe.learning_rate}: {protocol: …}"
    expected = f"{demo.probe.learning_rate:g}, not {paper.probe.learning_rate:g}: {{protocol: …}}"
    assert with_values(text, tiers, "here") == expected


def test_large_numbers_and_lists_are_written_for_people(tiers):
    text = "${paper.relations.stimuli.sizes.train} ${paper.relations.runs.default} ${paper.compute.compile}"
    assert with_values(text, tiers, "here") == f"6,400 0, 1, 2 {tiers['paper'].compute.compile}"


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("demo.relations.probe.rate", "no key 'demo.relations.probe.rate'"),
        ("relations.probe.learning_rate", "no key"),
        ("demo.relations.probe", "has keys below it"),
        ("demo.seed.more", "no key"),
    ],
)
def test_what_cannot_be_quoted_is_an_error(tiers, place, problem):
    with pytest.raises(UserError, match=problem) as error:
        with_values(f"rate ${{{place}}}", tiers, "ledger.yaml")
    assert "ledger.yaml" in str(error.value)
