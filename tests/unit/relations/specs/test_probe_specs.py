"""What the rule of the relational stage depends on, and what not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.spec import effective
from vitatlas.project.atlas import load_atlas
from vitatlas.project.rooms import Room
from vitatlas.relations.probes.spec import ProbeSpec

ROOT = Path(__file__).resolve().parents[4]
CELL = SimpleNamespace(model="mini-mae", geometry="mini", task="rmts", setting="256", run="0")


def room(tier: str = "demo", **overrides: Any) -> Room:
    return load_atlas(ROOT, {"tier": tier} | ({"relations": overrides} if overrides else {})).relations


def spec(**overrides: Any) -> dict[str, Any]:
    return effective(room(**overrides).specs.probe(CELL))


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
def test_the_spec_is_what_the_job_takes(tier: str) -> None:
    ProbeSpec.model_validate(without_fingerprint(room(tier).specs.probe(CELL)))


def test_the_papers_settings_are_those_of_its_code() -> None:
    probe = room("paper").settings.own.probe
    assert probe.images_per_label == {"train": 2000, "test_iid": 2000} and probe.layers is None
    assert (probe.learning_rate, probe.epochs, probe.batch, probe.weight_decay) == (1e-2, 10, 64, 1e-2)
    assert probe.alphas == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("overrides", "changes"),
    [
        ({"probe": {"epochs": 3}}, True),
        ({"protocol": {"sites": "reference"}}, True),
        ({"protocol": {"normalisation": "reference"}}, True),
        ({"protocol": {"mode": "reference"}}, False),
        ({"das": {"epochs": 3}}, False),
        ({"attention": {"batch": 3}}, False),
    ],
)
def test_a_setting_concerns_probes_or_not(overrides: dict[str, Any], changes: bool) -> None:
    assert (spec(**overrides) != spec()) == changes


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"images_per_label": {"test": 8}}, "images_per_label: 'test' is no split; there must be: train, test_iid"),
        ({"alphas": [1, 1.0]}, "alphas: a number is named twice"),
        ({"alphas": [-1]}, r"probe\.alphas"),
        ({"layers": []}, r"probe\.layers"),
        ({"epoch": 1}, r"probe\.epoch"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(probe: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        room(probe=probe)
