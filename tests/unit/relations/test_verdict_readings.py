"""The readings of analysis tables."""

import pandas as pd
import pytest
from artifact_tables import attention_table, behavior_table
from intervention_tables import das_table, novel_table, probe_table
from verdict_cases import OF_RELATIONS, relations, relations_as_readings

from vitatlas.relations.analyses import ANALYSES
from vitatlas.relations.readings import READERS, by_protocol
from vitatlas.verdicts.collect import collect
from vitatlas.verdicts.select import where as matching

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


def collected(folder, kind, table):
    """The readings of one table."""
    path = folder / f"analysis/relations/{kind}/m.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(path)
    return collect([path], READERS, OF_RELATIONS)


def value(readings, **keys):
    """The mean over runs, of each of which there must be one number."""
    rows = matching(readings[readings["under"].isna()], RMTS | keys)
    assert rows["run"].tolist() == [0, 1, 2]
    return rows["value"].mean()


def test_every_reading_has_a_name_of_its_own(readings):
    assert list(readings.columns) == OF_RELATIONS.readings
    assert not readings.duplicated([*OF_RELATIONS.names, "run", "under"]).any()
    assert readings["value"].notna().all()


def test_every_share_says_of_how_many_images_it_is_and_what_guessing_gives(readings):
    shares = readings[readings["analysis"] != "attention"]
    assert shares["images"].gt(0).all() and shares["chance"].isin([0.5, 1 / 16]).all()
    curves = readings[(readings["analysis"] == "attention") & readings["layer"].notna()]
    assert curves["images"].isna().all() and curves["error"].gt(0).all()


def test_published_numbers_and_ours_go_by_the_same_names(readings):
    """Every number of the paper about this model, task and setting has its counterpart."""
    table = relations().table().query("model == 'clip_b16' and task == 'rmts' and setting == '256'")
    ours = readings.assign(model="clip_b16")
    assert set(table["analysis"]) == {"behaviour", "das", "novel", "probe"}
    ours = ours[ours["under"].isna()]
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


def test_the_layer_is_chosen_on_validation_images_and_the_success_is_of_others(tmp_path):
    table = das_table("mini-objects", "rmts", splits=("val", "test_iid"))
    late = (table["split"] == "val") & (table["layer"] == 4)  # the best there, and not where success is read
    readings = collected(tmp_path, "das", table.assign(accuracy=table["accuracy"].where(~late, 0.99)))
    wanted = {"quantity": "success", "control": "none", "layer": 4}
    assert matching(readings, RMTS | {"analysis": "das"} | wanted)["selection"].tolist() == [0.99] * 6
    both = matching(readings, RMTS | {"analysis": "disentanglement"}).set_index("run")["value"]
    read = matching(readings, RMTS | {"analysis": "das"} | wanted).groupby("run")["value"].mean()
    assert both.tolist() == pytest.approx(read.tolist())


def test_where_nothing_was_searched_for_there_is_no_success(tmp_path):
    readings = collected(tmp_path, "das", das_table("mini-objects", "rmts").assign(steps=0))
    assert matching(readings, {"analysis": "das", "quantity": "success"})["value"].isna().all()
    assert matching(readings, {"analysis": "disentanglement"})["value"].isna().all()
    assert matching(readings, {"analysis": "das", "quantity": "base error"})["value"].notna().all()


def test_the_best_of_one_layer_is_called_by_that_layer(tmp_path):
    table = das_table("mini-objects", "rmts")
    one = collected(tmp_path, "das", table[table["layer"] == 0]).query("analysis == 'disentanglement'")
    assert set(one["layer"]) == {0}
    several = collected(tmp_path, "das", table).query("analysis == 'disentanglement'")
    assert several["layer"].isna().all()


def test_novel_vectors_are_judged_by_the_pairs_that_are_to_become_the_same(readings):
    same = {"analysis": "novel", "quantity": "made same", "property": "shape", "method": "added", "layer": 1}
    table = novel_table("mini-objects", "rmts").query("property == 'shape' and method == 'added' and layer == 1")
    assert value(readings, **same) == pytest.approx(table["made_same"].mean())
    assert value(readings, **same | {"quantity": "success"}) == pytest.approx(table["accuracy"].mean())
    novel = [claim for claim in relations().claims if claim.of.given().get("analysis") == "novel"]
    assert len(novel) > 20 and {claim.of.given()["quantity"] for claim in novel} == {"made same"}


def test_layers_that_runs_share_are_told_where_the_table_knows(tmp_path):
    table = das_table("mini-objects", "rmts")
    assert set(collected(tmp_path, "das", table)["shared_below"]) == {0}
    assert set(collected(tmp_path, "das", table.assign(shared_below=4))["shared_below"]) == {4}


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


def test_accuracy_on_seen_combinations_is_known_as_the_reference_measures_it_too(readings):
    accuracy = RMTS | {"analysis": "behaviour", "quantity": "accuracy"}
    theirs = matching(readings[readings["under"] == "seen_accuracy"], accuracy | {"split": "test_iid"})
    unseen = matching(readings[readings["under"].isna()], accuracy | {"split": "test"})
    assert theirs["value"].tolist() == unseen["value"].tolist()


def test_the_seen_split_is_the_one_that_the_protocol_measures(tmp_path):
    accuracy = {"analysis": "behaviour", "quantity": "accuracy"}
    plain = collected(tmp_path, "behaviour", behavior_table("mini-objects", "rmts", "256"))
    other = by_protocol(plain, {"seen_split": "test"}).query("under.isna()")
    plain = plain[plain["under"].isna()]
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
