"""The readings of analysis tables."""

import pandas as pd
import pytest
from artifact_tables import attention_table, behavior_table
from intervention_tables import das_table, novel_table, probe_table
from verdict_cases import OF_RELATIONS, relations, relations_as_readings

from vitatlas.relations.analyses import ANALYSES
from vitatlas.relations.readings import READERS, by_protocol
from vitatlas.verdicts.collect import collect
from vitatlas.verdicts.select import matching

RMTS = {"model": "mini-objects", "task": "rmts", "setting": "256"}


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """Readings of a small run of all kinds of tables."""
    folder = tmp_path_factory.mktemp("tier") / "analysis/relations"
    plain = behavior_table("mini-objects", "rmts", "256")
    tables = {
        "attention": attention_table("mini-objects", "rmts"),
        "auxiliary": plain.assign(auxiliary="both"),
        "behaviour": plain,
        "das": das_table("mini-objects", "rmts"),
        "novel": novel_table("mini-objects", "rmts"),
        "photoreal_attention": attention_table("mini-objects", "rmts").assign(images="photoreal"),
        "photoreal_behaviour": plain.query("split == 'photoreal'"),
        "probe": probe_table("mini-objects"),
        "stimuli": pd.DataFrame({"png": [b""]}),
    }
    paths = []
    for kind, table in tables.items():
        paths.append(folder / kind / "mini-objects/rmts/256.parquet")
        paths[-1].parent.mkdir(parents=True)
        table.to_parquet(paths[-1])
    return collect(paths, READERS, OF_RELATIONS)


def value(readings, **keys):
    """The mean over runs, of each of which there must be one number."""
    rows = matching(readings, RMTS | keys)
    assert rows["run"].tolist() == [0, 1, 2]
    return rows["value"].mean()


def test_every_reading_has_a_name_of_its_own(readings):
    assert list(readings.columns) == OF_RELATIONS.readings
    assert not readings.duplicated([*OF_RELATIONS.names, "run"]).any()
    assert readings["value"].notna().all()


def test_published_numbers_and_ours_go_by_the_same_names(readings):
    """Every number of the paper about this model, task and setting has its counterpart."""
    table = relations().table().query("model == 'clip_b16' and task == 'rmts' and setting == '256'")
    ours = readings.assign(model="clip_b16")
    assert set(table["analysis"]) == {"behaviour", "das", "novel", "probe"}
    for row in table[table["layer"].isna() | (table["layer"] < 6)].to_dict("records"):
        wanted = {key: None if pd.isna(row[key]) else row[key] for key in OF_RELATIONS.names}
        assert len(matching(ours, wanted)) == 3, row["id"]


def test_both_directions_and_pairs_of_an_intervention_are_one_share(readings):
    table = das_table("mini-objects", "rmts").query("split == 'test_iid' and control == 'none' and run == 1")
    rows = table.query("property == 'shape' and layer == 2")
    expected = (rows["accuracy"] * rows["n"]).sum() / rows["n"].sum()
    wanted = {"analysis": "das", "quantity": "success", "property": "shape", "control": "none", "layer": 2}
    found = matching(readings, RMTS | wanted).set_index("run")["value"]
    assert found[1] == pytest.approx(expected)


def test_the_base_error_is_a_reading_without_layer(readings):
    assert value(readings, analysis="das", quantity="base error", property="shape", layer=None) == pytest.approx(0.02)
    assert value(readings, analysis="probe", quantity="base error", layer=None) == pytest.approx(0.03)


def test_disentanglement_is_the_best_layers_mean_over_properties(readings):
    success = matching(readings, RMTS | {"analysis": "das", "quantity": "success", "control": "none"})
    best = success.groupby(["run", "property"])["value"].max().groupby("run").mean()
    assert value(readings, analysis="disentanglement", quantity="success") == pytest.approx(best.mean())


def test_attention_is_the_strongest_heads_and_its_peak_a_number(readings):
    attention = {"analysis": "attention", "split": "test"}
    table = attention_table("mini-objects", "rmts").query("pairs == 'all' and quantity == 'BG'")
    curve = table.groupby(["run", "layer"])["value"].max()
    assert value(readings, **attention, quantity="BG", layer=3) == pytest.approx(curve.xs(3, level="layer").mean())
    peaks = curve.unstack("layer").idxmax(axis=1)
    assert value(readings, **attention, quantity="BG_peak", layer=None) == pytest.approx(peaks.mean())
    overall = attention_table("mini-objects", "rmts").query("pairs == 'all' and quantity == 'global' and layer == 0")
    assert value(readings, **attention, quantity="local", layer=0) == pytest.approx(1 - overall["value"].mean())


def test_photorealistic_images_are_told_apart(readings):
    assert len(matching(readings, {"analysis": "photoreal", "split": "photoreal"})) == 3
    assert len(matching(readings, {"analysis": "attention", "split": "photoreal", "quantity": "WO", "layer": 0})) == 3


def test_accuracies_with_auxiliary_losses_are_told_apart(readings):
    accuracy = {"quantity": "accuracy", "split": "test_iid"}
    assert set(matching(readings, {"analysis": "auxiliary", **accuracy})["auxiliary"]) == {"both"}
    assert matching(readings, {"analysis": "behaviour", **accuracy})["auxiliary"].isna().all()


def test_the_seen_split_is_the_one_that_the_protocol_measures(tmp_path):
    path = tmp_path / "analysis/relations/behaviour/m.parquet"
    path.parent.mkdir(parents=True)
    behavior_table("mini-objects", "rmts", "256").to_parquet(path)
    accuracy = {"analysis": "behaviour", "quantity": "accuracy"}
    plain = collect([path], READERS, OF_RELATIONS)
    other = by_protocol(plain, {"seen_split": "test"})
    unseen = matching(plain, accuracy | {"split": "test"})["value"].tolist()
    assert matching(other, accuracy | {"split": "test_iid"})["value"].tolist() == unseen
    assert matching(plain, accuracy | {"split": "test_iid"})["value"].tolist() != unseen
    assert len(other) == len(plain)
    assert by_protocol(plain, {}).equals(plain)


def test_every_kind_of_table_is_declared_with_its_readers():
    declared = {analysis.kind: analysis.readings for analysis in ANALYSES if analysis.readings}
    assert {kind: tuple(read.__name__ for read in readers) for kind, readers in READERS.items()} == declared


def test_no_tables_are_no_readings():
    empty = collect([], READERS, OF_RELATIONS)
    assert list(empty.columns) == OF_RELATIONS.readings and empty.empty


def test_published_numbers_are_readings_of_one_run():
    readings = relations_as_readings()
    assert set(readings["run"]) == {0}
    assert not readings.duplicated([*OF_RELATIONS.names, "run"]).any()
    base = matching(readings, {"model": "clip_b16", "task": "rmts", "setting": "256", "quantity": "base error"})
    assert sorted(base["value"]) == [0.019, 0.022, 0.024]  # of the probe, and of interventions on colour and on shape
