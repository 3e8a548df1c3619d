"""The published numbers that the ledger quotes are those of the file of published numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from verdict_cases import relations

from vitatlas.artifacts.ledger import load_ledger


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return relations().table()


@pytest.fixture(scope="module")
def quoted(root) -> dict[str, str]:
    """All that the ledger says of a point, by its id."""
    entries = load_ledger(root / "config/departures/relations.yaml").entries
    return {entry.id: " ".join(filter(None, (entry.paper, entry.reference, entry.ours))) for entry in entries}


def one(known: pd.DataFrame, **keys: str | float) -> float:
    """The only value that rows with these keys have."""
    for key, value in keys.items():
        known = known[known[key] == value]
    (value,) = known["value"].unique()
    return float(value)


def two(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def test_errors_without_an_intervention(known, quoted):
    """After the last block an intervention reaches no answer: what is left are errors."""
    last = {"setting": "256", "layer": 11}
    probe = last | {"analysis": "probe", "task": "rmts", "quantity": "control", "pair": "mean", "alpha": 1}
    dino, mae = (one(known, model=model, **probe) for model in ("dino_b16", "mae_b16"))
    colour = {"analysis": "das", "task": "discrimination", "property": "color", "control": "none", "model": "mae_b16"}
    test = {"analysis": "behaviour", "setting": "256", "split": "test", "quantity": "accuracy"}
    errors = [
        (dino, 1 - one(known, model="dino_b16", task="rmts", **test)),
        (mae, 1 - one(known, model="mae_b16", task="rmts", **test)),
        (one(known, **last, **colour), 1 - one(known, model="mae_b16", task="discrimination", **test)),
    ]
    assert all(f"{two(analysed)} against {two(tested)}" in quoted["normalisation"] for analysed, tested in errors)


@pytest.mark.parametrize(("model", "title"), [("clip_b16", "CLIP"), ("imagenet_b16", "ImageNet")])
def test_seen_accuracy_repeats_the_compositional_one(known, quoted, model, title):
    cell = {"analysis": "behaviour", "task": "discrimination", "setting": "32", "quantity": "accuracy", "model": model}
    seen, unseen = (f"{one(known, split=split, **cell):.3f}".removeprefix("0") for split in ("test_iid", "test"))
    assert f"{title} {seen} and {unseen}" in quoted["seen-accuracy"]


def test_the_correlation_rests_on_one_point(known, quoted):
    cell = known[(known["task"] == "discrimination") & (known["setting"] == "32")]
    accuracy = cell[(cell["analysis"] == "behaviour") & (cell["split"] == "test_iid")].set_index("model")["value"]
    success = cell[cell["analysis"] == "disentanglement"].set_index("model")["value"]
    points = pd.DataFrame({"accuracy": accuracy, "success": success}).dropna()
    with_it, without = (rows["accuracy"].corr(rows["success"]) for rows in (points, points.drop(index="scratch_b16")))
    assert f"{two(with_it)} with it and {two(without)} without it" in " ".join(quoted["correlation"].split())
