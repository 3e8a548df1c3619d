"""The findings that the demo tier must show of the relations paper, on the tables of a finished run (`make demo`)."""

from pathlib import Path

import pandas as pd
import pytest

from vitatlas.relations.attention.scores import in_order, peaks, per_layer

ANALYSIS = Path(__file__).resolve().parents[2] / "results/demo/analysis/relations"


def read(name: str) -> pd.DataFrame:
    """An analysis table of the demo tier; the test is skipped where it was not made."""
    path = ANALYSIS / f"{name}.parquet"
    if not path.is_file():
        pytest.skip(f"{name} of the demo tier was not made here (`make demo`)")
    return pd.read_parquet(path)


def accuracy(model: str, task: str, setting: str, split: str) -> pd.Series:
    """Accuracy of the best checkpoint by run, on images of `split`."""
    table = read(f"behaviour/{model}/{task}/{setting}")
    chosen = table[(table["checkpoint"] == "best") & (table["split"] == split) & (table["metric"] == "accuracy")]
    return chosen.set_index("run")["value"]


@pytest.mark.parametrize("setting", ["256", "32"])
def test_the_main_model_learns_discrimination(setting):
    assert accuracy("mini-objects", "discrimination", setting, "test_iid").mean() >= 0.9


def test_it_generalises_to_new_combinations_and_a_model_from_scratch_less_well_in_every_run():
    pretrained = accuracy("mini-objects", "discrimination", "32", "test")
    scratch = accuracy("mini-scratch", "discrimination", "32", "test")
    assert pretrained.mean() >= 0.8
    assert pretrained.min() > scratch.max()


def test_the_main_model_learns_the_relational_task_in_every_run():
    by_run = accuracy("mini-objects", "rmts", "256", "test_iid")
    assert len(by_run) >= 3
    assert by_run.min() >= 0.7  # not more: pretraining showed none of the task's shapes and colours


def test_attention_goes_from_the_object_to_the_pair_to_the_background():
    table = read("attention/mini-objects/discrimination/256")
    runs = in_order(peaks(per_layer(table)))
    assert runs["in_order"].all(), list(runs["layers"])


def test_attention_within_objects_is_also_known_by_the_colours_of_the_pair():
    table = read("attention/mini-objects/discrimination/256")
    assert {"all", "same-color", "different-color"} <= set(table.loc[table["quantity"] == "WO", "pairs"])


def both_directions(table: pd.DataFrame, *by: str) -> pd.Series:
    """Success on held-out counterfactuals, over runs and both directions, by `by`."""
    chosen = table[table["split"] == "test_iid"]
    right = (chosen["accuracy"] * chosen["n"]).groupby([chosen[key] for key in by]).sum()
    return right / chosen["n"].groupby([chosen[key] for key in by]).sum()


@pytest.mark.parametrize(("task", "least"), [("discrimination", 0.78), ("rmts", 0.55)])
@pytest.mark.parametrize("property", ["shape", "color"])
def test_shape_and_colour_lie_in_subspaces_of_early_layers(task, property, least):
    table = read(f"das/mini-objects/{task}/256")
    success = both_directions(table[table["property"] == property], "control", "layer")
    best = success["none"].idxmax()
    assert success["none", best] >= least
    assert success["wrong_object", best] <= success["none", best] - 0.05
    assert best <= 2
    last = table[(table["layer"] == table["layer"].max()) & (table["property"] == property)]
    assert (last["accuracy"] == last["base_error"]).all()


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_new_vectors_made_of_seen_colours_are_compared_better_than_others(task):
    """By the pairs made the same: most vectors make a pair different, which tells nothing. After block 1, the last that
    recognises objects: the block before leaves more to be made of any vector. For shape it does not come out: there
    random vectors are compared as well."""
    table = read(f"novel/mini-objects/{task}/256")
    after = table[(table["property"] == "color") & (table["layer"] == 1)]
    success = after.groupby("method")["made_same"].mean()
    assert success[["added", "interpolated"]].min() >= success[["sampled", "random"]].max() + 0.05


def test_the_intermediate_judgement_is_read_and_steered():
    table = read("probe/mini-objects/rmts/256").query("split == 'test_iid' and pair == 'mean'")
    probe = table[table["quantity"] == "probe"].groupby("layer")["value"].mean()
    assert probe.max() >= 0.8
    steered = table[table["alpha"] == 1].groupby(["layer", "quantity"])["value"].mean().unstack("quantity")
    best = steered["intervention"].idxmax()
    assert steered.loc[best, "intervention"] >= steered.loc[best, "control"] + 0.3


def test_a_model_from_scratch_learns_with_and_without_losses_on_the_objects():
    """That the losses help it with unseen combinations does not come out: without them it does as well."""
    table = read("auxiliary/mini-scratch/discrimination/32")
    chosen = table.query("checkpoint == 'best' and split == 'test_iid' and metric == 'accuracy'")
    learned = chosen.groupby("auxiliary")["value"].mean()
    assert learned[["none", "disentanglement", "both"]].min() >= 0.75
    assert accuracy("mini-scratch", "discrimination", "256", "test_iid").mean() >= 0.75
