"""Every invariant holds of consistent tables, and of none that was falsified."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from finished_tables import EXPECTED, LAYERS, finished

from vitatlas.artifacts.provenance import read_provenance
from vitatlas.config.das import DAS_SPLITS
from vitatlas.config.load import load_zoo
from vitatlas.invariants.every import INVARIANTS
from vitatlas.invariants.finished import CounterfactualSet, Finished, SceneSet
from vitatlas.invariants.inputs import ANALYSES, checked
from vitatlas.invariants.invariant import check
from vitatlas.invariants.job import COLUMNS, InvariantsJob, invariants
from vitatlas.jobs import parse
from vitatlas.vocabulary import SPLITS

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
TRAIN = SceneSet("mini", "discrimination", "32", "train")
DISPLAYS = SceneSet("mini", "rmts", "256", "val")
EXAMPLES = CounterfactualSet("mini", "discrimination", "256", "shape", "val")
BOTH = CounterfactualSet("mini", "rmts", "32", "color", "test_iid")


def with_values(table: pd.DataFrame, rows, **values) -> pd.DataFrame:
    """The table with other values in some rows."""
    changed = table.copy()
    for column, value in values.items():
        changed.loc[rows, column] = value
    return changed


def in_scenes(key: SceneSet, rows, **values):
    def spoil(tables: Finished) -> Finished:
        return replace(tables, scenes=tables.scenes | {key: with_values(tables.scenes[key], rows, **values)})

    return spoil


def in_set(key: CounterfactualSet, rows, **values):
    def spoil(tables: Finished) -> Finished:
        changed = with_values(tables.counterfactuals[key], rows, **values)
        return replace(tables, counterfactuals=tables.counterfactuals | {key: changed})

    return spoil


def in_analysis(kind: str, where: dict, **values):
    def spoil(tables: Finished) -> Finished:
        table = tables.analyses[kind]
        rows = table.index[(table[list(where)] == pd.Series(where)).all(axis=1)][:1]
        assert len(rows)
        return replace(tables, analyses=tables.analyses | {kind: with_values(table, rows, **values)})

    return spoil


def fewer(tables: Finished) -> Finished:
    return replace(tables, scenes=tables.scenes | {TRAIN: tables.scenes[TRAIN][:-2]})


def fewer_examples(tables: Finished) -> Finished:
    return replace(tables, counterfactuals=tables.counterfactuals | {BOTH: tables.counterfactuals[BOTH][:-1]})


def seen_in_test(tables: Finished) -> Finished:
    test = tables.scenes[TRAIN._replace(split="test")]
    return in_scenes(TRAIN, 0, shape_0=test["shape_0"][0], color_0=test["color_0"][0])(tables)


LAST = LAYERS - 1
FALSIFIED = {
    "scene counts": fewer,
    "balanced labels": in_scenes(TRAIN, slice(0, 4), label=1),
    "labels": in_scenes(DISPLAYS, 0, label=1 - int(finished().scenes[DISPLAYS]["label"][0])),
    "kinds of difference": in_scenes(TRAIN, slice(0, 12), kind="both"),
    "quarters of RMTS": in_scenes(DISPLAYS, slice(0, 20), sample_same=1),
    "objects apart": in_scenes(TRAIN, 3, row_0=1, col_0=1, row_1=2, col_1=2),
    "objects inside": in_scenes(TRAIN, 3, col_0=5),
    "display pair": in_scenes(DISPLAYS, 7, row_2=1),
    "unseen combinations": seen_in_test,
    "seen combinations": in_scenes(TRAIN, slice(0, 3), shape_0=0, color_0=np.arange(5, 9, dtype="int16")),
    "new shapes and colours": in_scenes(TRAIN, 0, shape_0=17),
    "photorealistic images": in_analysis("photoreal_behaviour", {"split": "photoreal"}, n=29),
    "counterfactual counts": fewer_examples,
    "bases of their split": in_set(BOTH, 2, row=63 - int(finished().counterfactuals[BOTH]["row"][2])),
    "turned answers": in_set(EXAMPLES, 0, base_label=int(finished().counterfactuals[EXAMPLES]["target"][0])),
    "targets": in_set(EXAMPLES, 0, target=1 - int(finished().counterfactuals[EXAMPLES]["target"][0])),
    "accuracies are shares": in_analysis("behaviour", {"metric": "auc"}, value=1.01),
    "accuracies are counts": in_analysis("behaviour", {"metric": "accuracy"}, value=61.3 / 64),
    "test images": in_analysis("behaviour", {"split": "val"}, n=65),
    "departures": in_analysis("departures", {"protocol": "corrected"}, value=1.0),
    "masses sum to 1": in_analysis("attention", {"quantity": "WO"}, value=0.51),
    "global attention": in_analysis("attention", {"quantity": "global"}, value=0.51),
    "masses are shares": in_analysis("attention", {"quantity": "BP"}, value=-0.01),
    "attention images": in_analysis("attention", {"pairs": "all"}, n=19),
    "success is a share": in_analysis("novel", {"layer": 0}, accuracy=1.01),
    "last layer": in_analysis("probe", {"layer": LAST, "quantity": "control"}, value=0.06),
    "empty subspaces": in_analysis("das", {"layer": 1}, accuracy=0.375),
    "intervention counts": in_analysis("das", {"split": "val"}, n=7),
    "probe counts": in_analysis("probe", {"split": "train"}, n=79),
    "errors agree": in_analysis("das", {"split": "test_iid"}, base_error=0.375),
    "errors as in behaviour": in_analysis("probe", {"quantity": "intervention"}, base_error=0.24),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_it_holds_of_consistent_tables(name):
    verdict = check(BY_NAME[name], finished())
    assert verdict.held and verdict.rows > 0, verdict.worst


@pytest.mark.parametrize("name", BY_NAME)
def test_a_falsified_table_breaks_it(name):
    verdict = check(BY_NAME[name], FALSIFIED[name](finished()))
    assert not verdict.held


def test_a_missing_value_breaks_it():
    spoilt = in_analysis("behaviour", {"metric": "accuracy"}, value=float("nan"))(finished())
    assert not check(BY_NAME["accuracies are shares"], spoilt).held


def test_nothing_is_said_of_tables_that_are_not_there():
    assert check(BY_NAME["probe counts"], replace(finished(), analyses={})) is None


def test_a_head_that_reads_patch_tokens_has_no_last_layer():
    spoil = in_analysis("das", {"layer": LAST}, accuracy=0.5)
    other = {kind: table.assign(model="other") for kind, table in spoil(finished()).analyses.items()}
    assert check(BY_NAME["last layer"], replace(finished(), analyses=other)) is None


def test_names_and_tables_are_known():
    assert len(BY_NAME) == len(INVARIANTS)
    assert {kind for invariant in INVARIANTS for kind in invariant.tables} == {*ANALYSES, "scenes", "counterfactuals"}


def test_a_violation_is_reported_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tables = FALSIFIED["accuracies are counts"](finished())
    arguments = []
    for key, table in tables.scenes.items():
        arguments += [("scenes", f"results/demo/scenes/{'/'.join(key)}.parquet", table)]
    for key, table in tables.counterfactuals.items():
        arguments += [("counterfactuals", f"results/demo/counterfactuals/{'/'.join(key)}.parquet", table)]
    for kind, table in tables.analyses.items():
        arguments += [("analyses", f"results/demo/analysis/{kind}/a/rmts/256.parquet", table)]
    command: dict[str, list[str]] = {}
    for name, path, table in arguments:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(tmp_path / path)
        command.setdefault(name, []).append(path)
    line = [word for name, paths in command.items() for word in ("--input", name, *paths)]
    line += ["--output", "csv", "found.csv", "--output", "md", "found.md"]
    spec = EXPECTED.model_dump(mode="json") | {"paper": "relations", "tier": "demo"}
    invariants(parse(InvariantsJob, [*line, "--spec", json.dumps(spec)]))
    written = pd.read_csv("found.csv", comment="#")
    assert list(written.columns) == COLUMNS and len(written) == len(INVARIANTS)
    assert written.loc[~written["held"], "name"].tolist() == ["accuracies are counts"]
    assert read_provenance("found.csv")["tier"] == "demo" and len(read_provenance("found.md")["inputs"]) == len(
        arguments
    )
    page = (tmp_path / "found.md").read_text()
    assert f"{len(INVARIANTS) - 1} of {len(INVARIANTS)} held" in page
    assert page.split("|---|---|---|---:|---:|---:|\n")[1].startswith("| **violated** | Accuracy times the number")


def test_what_is_checked_follows_from_the_artifacts_tables(root):
    zoo = load_zoo(root / "config/models.yaml")
    folder = "results/demo"
    shown = [
        f"{folder}/analysis/das/mini-mae/rmts/256.parquet",
        f"{folder}/analysis/attention/clip_b16/rmts/256.parquet",
        f"{folder}/analysis/stimuli/mini/sheet.parquet",
        f"{folder}/analysis/published/relations.parquet",
    ]
    found = checked(shown, folder, zoo)
    assert found["analyses"] == shown[:2]
    assert len(found["scenes"]) == 2 * len(SPLITS) and f"{folder}/scenes/p16/rmts/256/val.parquet" in found["scenes"]
    assert len(found["counterfactuals"]) == 2 * len(DAS_SPLITS)
    assert all("/mini/" in path for path in found["counterfactuals"])
