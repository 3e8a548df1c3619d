"""The settings of masked and filtered pictures."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from vitatlas.features.config.reliance import CUTOFFS, LowPass, Masked, RelianceProtocol

SCENES = {"split": "test", "scenes": 5}


def test_cut_offs_go_from_the_diagonal_down() -> None:
    found = LowPass().cutoffs
    assert found == list(CUTOFFS) == sorted(found, reverse=True) and len(found) == 12
    assert RelianceProtocol() == RelianceProtocol(boxes="corrected", fill="corrected")


@pytest.mark.parametrize("cutoffs", [[0.5], [0.5, 0.5], [0.5, 0], [0.5, float("inf")], [0.5, -1]])
def test_cut_offs_that_make_no_curve_are_refused(cutoffs: list[float]) -> None:
    with pytest.raises(ValidationError):
        LowPass.model_validate({"cutoffs": cutoffs})


@pytest.mark.parametrize(
    "masked",
    [{"pictures": {}}, {"pictures": {"one": SCENES}, "neutral": "two"}, {"pictures": {"one": SCENES}, "batch": 0}],
)
def test_masked_pictures_need_sets_and_a_neutral_one_among_them(masked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Masked.model_validate(masked)
    assert Masked.model_validate({"pictures": {"one": SCENES}, "neutral": "one"}).neutral == "one"
