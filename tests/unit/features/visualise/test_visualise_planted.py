"""Units whose patterns are known come out as these patterns."""

from __future__ import annotations

from typing import Any

import pytest
from ascents import QUIET, ascent, finished, pixels
from planted_templates import NAMES, correlations, planted_encoder, templates

# A wider jitter than a quarter of the patterns' period would leave open at which phase they come out.
AUGMENTED = {"copies": 4, "jitter": 1}


@pytest.mark.parametrize(("how", "least"), [({**QUIET, "weight": 0.0}, 0.9), (AUGMENTED, 0.7)])
def test_pictures_show_the_pattern_of_their_own_unit_and_of_no_other(how: dict[str, Any], least: float) -> None:
    one = finished(ascent(planted_encoder(), range(len(NAMES)), steps=60, **how))
    for picture, own in zip(pixels(one), templates(), strict=True):
        assert (correlations(picture[None], own).abs() >= least).all()
    for number, picture in enumerate(pixels(one)):
        others = [found for other, found in enumerate(templates()) if other != number]
        assert all(correlations(picture[None], other).abs().mean() < 0.5 for other in others)


def test_a_picture_before_any_step_shows_no_pattern() -> None:
    start = pixels(ascent(planted_encoder(), range(len(NAMES))))
    assert all(correlations(start, found).abs().mean() < 0.3 for found in templates())
