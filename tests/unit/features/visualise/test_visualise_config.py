"""Settings and switches."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vitatlas.features.config.visualise import PRESETS, FeatureSet, VisualiseProtocol, VisualiseSettings


def test_presets_are_named_and_mixtures_say_what_they_are() -> None:
    assert {name: protocol.preset for name, protocol in PRESETS.items()} == {name: name for name in PRESETS}
    assert VisualiseProtocol(colour_shift="reference").preset == "colour_shift=reference"
    assert VisualiseProtocol(colour_shift="reference").switched == ["colour_shift"]
    assert VisualiseProtocol().switched == []


def test_the_defaults_are_those_of_the_authors_code_for_their_models() -> None:
    found = VisualiseSettings()
    assert (found.copies, found.steps, found.learning_rate, found.noise) == (8, 400, 0.1, 0.5)
    assert (found.mu, found.log_sigma, found.jitter_of(384), found.parametrisation) == (1, 1, 32, "pixel")
    assert (found.drawn, VisualiseSettings(augmented=False).drawn) == (8, 1)


def test_a_set_is_written_without_what_is_at_its_default() -> None:
    given = {"features": [{"layer": 3, "units": [1, 2]}], "weights": [0.018]}
    assert FeatureSet.model_validate(given).model_dump() == given


@pytest.mark.parametrize("features", [[], [{"layer": 0, "units": []}], [{"layer": 0, "units": [0], "replicates": 0}]])
def test_sets_of_nothing_are_refused(features: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        FeatureSet.model_validate({"features": features, "weights": [0.1]})
