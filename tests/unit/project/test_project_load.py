"""A configuration, checked by papers that this run makes, beside some that it does not."""

from pathlib import Path

import pytest
from made_up_paper import PAPER

import vitatlas.papers
from vitatlas.errors import UserError
from vitatlas.papers import papers
from vitatlas.project import load

ROOT = Path(__file__).resolve().parents[3]
ALONE = {"tier": "paper", "papers": ["looks"], "relations": None, "looks": {"stand_ins": {}}}


@pytest.fixture
def zoo(monkeypatch):
    """The zoo, where a second paper has moved in."""
    both = {**papers(), "looks": PAPER}
    monkeypatch.setattr(load, "papers", lambda: both)
    monkeypatch.setattr(vitatlas.papers, "papers", lambda: both)
    return load.load_zoo(ROOT / "config/models.yaml")


def test_a_tier_may_name_rules_of_papers_that_this_run_does_not_make(zoo):
    config = load.load_config(ROOT / "config", ALONE, zoo)
    assert "das" in config.gpu_memory_mb and load.gpu_rules(config) == ["responses"]


def test_a_rule_of_no_paper_is_refused(zoo):
    with pytest.raises(UserError, match=r"unknown rule 'dass'; there are .*das(.|\n)*did you mean 'das'") as caught:
        load.load_config(ROOT / "config", ALONE | {"gpu_memory_mb": {"dass": 1}}, zoo)
    assert caught.value.remedy == "did you mean 'das'?"
