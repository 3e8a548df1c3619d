"""Tables of what networks answer, from made-up analyses."""

from __future__ import annotations

import classified_tables as made
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO

from vitatlas.errors import UserError
from vitatlas.features.tables import masked_accuracy, token_accuracy

CURVES = {"natural": [0.9], "isolating_cls": [0.9, 0.8, 0.6, 0.05], "patch": [0.1, 0.2, 0.5, 0.7]}
SHARES = {"full": 0.8, "foreground": 0.6, "background": 0.4, "scene": 0.3}


@pytest.fixture
def layers() -> pd.DataFrame:
    return made.last_layer("mini-vit", CURVES | {"head_on_patches": [0.85]})


@pytest.fixture
def masked() -> pd.DataFrame:
    parts = {"habitat": SHARES, "neutral": SHARES | {"background": 0.1}}
    of = {model: made.masked(model, parts)[0] for model in ("mini-vit", "mini-swin", "mini-cnn")}
    guesses = made.masked("mini-vit-untrained", {"habitat": dict.fromkeys(SHARES, 0.05)})[0]
    return pd.concat([*of.values(), guesses], ignore_index=True)


def test_table_one_isolates_until_the_last_block(layers: pd.DataFrame) -> None:
    spec = made.artifact("table_01", CONFIG, ZOO)
    shown = token_accuracy.layout(token_accuracy.values(layers, spec), spec)
    numbers = dict(zip(shown["Read from"], shown["Top-1"], strict=True))
    assert numbers == {
        "Natural accuracy": "90.00 (89.0–91.0)",
        "Isolating CLS": "60.00 (59.0–61.0)",
        "Patch average": "70.00 (69.0–71.0)",
        "Patch maximum": "76.00 (75.0–77.0)",
        "Head on the mean of patches (ours)": "85.00 (84.0–86.0)",
    }


def test_runs_are_averaged(layers: pd.DataFrame) -> None:
    spec = made.artifact("table_01", CONFIG, ZOO)
    second = layers.assign(run=1, value=layers["value"] + 0.02)
    values = token_accuracy.values(pd.concat([layers, second]), spec)
    natural = values[(values["quantity"] == "natural") & (values["measure"] == "top1")].iloc[0]
    assert natural["value"] == pytest.approx(0.91) and natural["runs"] == 2


def test_a_network_without_a_class_token_is_refused(layers: pd.DataFrame) -> None:
    without = layers[layers["quantity"] != "isolating_cls"]
    with pytest.raises(UserError, match="isolating_cls"):
        token_accuracy.values(without, made.artifact("table_01", CONFIG, ZOO))


def test_table_two_has_a_row_per_network_of_the_set_that_is_not_neutral(masked: pd.DataFrame) -> None:
    spec = made.artifact("table_02", CONFIG, ZOO)
    values = masked_accuracy.values(masked, spec)
    shown = masked_accuracy.layout(values, spec).set_index("Model")
    assert shown["Kind"].to_dict() == {
        "mini-vit": "Transformer",
        "mini-swin": "Transformer",
        "mini-cnn": "CNN",
        "mini-vit, untrained": "Control",
    }
    assert shown.loc["mini-vit", "Normalised top-5, foreground"].startswith("75.00 (")
    assert shown.loc["mini-vit", "Normalised top-5, background"].startswith("50.00 (")
    assert shown.loc["mini-vit, untrained", "Normalised top-5, background"] == "–"
    assert "set 'habitat'" in " ".join(masked_accuracy.notes(values, spec))


def test_table_three_has_accuracies_as_they_are(masked: pd.DataFrame) -> None:
    spec = made.artifact("table_03", CONFIG, ZOO)
    shown = masked_accuracy.layout(masked_accuracy.values(masked, spec), spec).set_index("Model")
    assert shown.loc["mini-cnn", "Top-1: full / foreground / background"] == "80.0 / 60.0 / 40.0"
    assert shown.loc["mini-cnn", "Normalised top-1, foreground"].startswith("75.00 (")


def test_the_papers_networks_are_those_of_its_table_and_two_of_ours() -> None:
    spec = made.artifact("table_02", CONFIG, ZOO, "paper")
    kinds = [panel.convolutional for panel in spec.panels if not panel.untrained and panel.model != "swin_tiny"]
    assert kinds == [False] * 4 + [True] * 4
