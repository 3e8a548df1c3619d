"""Settings of an alignment."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from pydantic import ValidationError

from vitatlas.components.align.config import ISOMETRIC, METHODS, Alignment
from vitatlas.components.align.learners import SPREAD


def test_the_defaults_are_the_authors_but_for_the_penalty_and_the_spread() -> None:
    settings = Alignment()
    assert (settings.learning_rate, settings.weight_decay, settings.batch, settings.epochs) == (3e-4, 1e-6, 32, 2)
    assert (settings.penalty, settings.penalty_weight, settings.tied_weight) == ("corrected", 1, 0.1)
    assert settings.initial_spread is None and SPREAD / math.sqrt(768) == pytest.approx(0.02, rel=0.01)


def test_methods_are_named_once() -> None:
    assert len(set(METHODS)) == len(METHODS) == 6
    assert set(METHODS) - ISOMETRIC == {"single", "free"}


@pytest.mark.parametrize(
    "wrong", [{"lerning_rate": 1}, {"batch": 0}, {"epochs": 0}, {"penalty": "mine"}, {"tied_weight": -1}]
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Alignment.model_validate(wrong)


def test_no_torch_is_needed() -> None:
    program = "import sys, vitatlas.components.align.config; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0
