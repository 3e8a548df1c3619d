"""What the demo tier must show of the relations paper, checked on the tables of a finished run (`make demo`)."""

from pathlib import Path

import pandas as pd
import pytest

from vitatlas.relations.scores import in_order, peaks, per_layer

ANALYSIS = Path(__file__).resolve().parents[2] / "results/demo/analysis"


def read(name: str) -> pd.DataFrame:
    """An analysis table of the demo tier; the test is skipped where it was not made."""
    path = ANALYSIS / f"{name}.parquet"
    if not path.is_file():
        pytest.skip(f"{name} of the demo tier was not made here (`make demo`)")
    return pd.read_parquet(path)


def accuracy(model: str, task: str, setting: str, split: str) -> pd.Series:
    """Accuracy of the best checkpoint by seed, on images of `split`."""
    table = read(f"behaviour/{model}/{task}/{setting}")
    chosen = table[(table["checkpoint"] == "best") & (table["split"] == split) & (table["metric"] == "accuracy")]
    return chosen.set_index("seed")["value"]


@pytest.mark.parametrize("setting", ["256", "32"])
def test_the_main_model_learns_discrimination(setting):
    assert accuracy("mini-objects", "discrimination", setting, "test_iid").mean() >= 0.97


def test_it_generalises_to_new_combinations_and_a_model_from_scratch_does_not():
    pretrained = accuracy("mini-objects", "discrimination", "32", "test").mean()
    scratch = accuracy("mini-scratch", "discrimination", "32", "test").mean()
    assert pretrained >= 0.95
    assert pretrained - scratch >= 0.15


def test_the_main_model_learns_the_relational_task_with_every_seed():
    by_seed = accuracy("mini-objects", "rmts", "256", "test_iid")
    assert len(by_seed) >= 3
    assert by_seed.min() >= 0.97


def test_attention_goes_from_the_object_to_the_pair_to_the_background():
    table = read("attention/mini-objects/discrimination/256")
    runs = in_order(peaks(per_layer(table)))
    assert runs["in_order"].all(), list(runs["layers"])


def test_attention_within_objects_is_also_known_by_the_colours_of_the_pair():
    table = read("attention/mini-objects/discrimination/256")
    assert {"all", "same-color", "different-color"} <= set(table.loc[table["quantity"] == "WO", "pairs"])
