"""Models at chance: one threshold for figures, tables and verdicts."""

import pandas as pd
import pytest
import yaml
from artifact_specs import CONFIG, spec
from artifact_tables import behavior_table

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import SEEN
from vitatlas.relations.chance import LEAST, accuracies, chance_rows, is_chance

PANEL = spec("figure_12").panels[0]
CELL = PANEL.model, PANEL.task, PANEL.setting


def test_figures_and_verdicts_have_one_threshold_on_one_number():
    solved = yaml.safe_load((CONFIG / "published/relations.yaml").read_text())["solved"]
    assert solved["at_least"] == LEAST and solved["of"] == {
        "analysis": "behaviour",
        "quantity": "accuracy",
        "split": SEEN,
    }


def test_the_accuracy_is_that_of_the_weights_that_every_analysis_reads():
    table = behavior_table(*CELL)
    rows = table.query("metric == 'accuracy' and checkpoint == 'best' and split == 'test_iid'")
    pd.testing.assert_series_equal(accuracies(table, PANEL, SEEN), rows.set_index("run")["value"])


@pytest.mark.parametrize(("runs", "low"), [((0.62, 0.57), True), ((0.61, 0.6), False), ((0.6, 0.6), False)])
def test_the_mean_over_runs_decides(runs, low):
    table = behavior_table(*CELL, runs=2)
    table["value"] = table["run"].map(dict(enumerate(runs)))
    found = chance_rows(table, PANEL, SEEN)
    assert len(found) == low and is_chance(sum(runs) / 2) == low
    if low:
        assert found["value"].tolist() == [pytest.approx(0.595)] and found["runs"].tolist() == [2]


def test_other_splits_decide_nothing():
    table = behavior_table(*CELL)
    table.loc[table["split"] != SEEN, "value"] = 0.5
    assert chance_rows(table, PANEL, SEEN).empty


def test_variants_are_told_apart():
    table = pd.concat(
        [behavior_table(*CELL, chance=name == "none").assign(auxiliary=name) for name in ("none", "both")]
    )
    assert len(chance_rows(table, PANEL, SEEN, auxiliary="none")) == 1
    assert chance_rows(table, PANEL, SEEN, auxiliary="both").empty
    with pytest.raises(UserError, match=r"no accuracy of 'mini-captions' on split 'test_iid'.*auxiliary 'neither'"):
        chance_rows(table, PANEL, SEEN, auxiliary="neither")


def test_nobody_knows_of_a_model_without_its_accuracy():
    table = behavior_table(*CELL)
    with pytest.raises(UserError, match="no accuracy of 'mini-captions' on split 'test_iid'"):
        chance_rows(table[table["split"] != SEEN], PANEL, SEEN)
