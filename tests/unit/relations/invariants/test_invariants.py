"""Every invariant holds of consistent tables, and of none that was falsified."""

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from finished_tables import EXPECTED, LAYERS, finished

from vitatlas.images.photoreal.images import Rendered
from vitatlas.images.png import encode
from vitatlas.invariants.invariant import check
from vitatlas.invariants.job import checking
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.relations.analyses import ANALYSES
from vitatlas.relations.invariants.every import INVARIANTS
from vitatlas.relations.invariants.finished import CounterfactualSet, Finished, SceneSet, read
from vitatlas.relations.invariants.spec import InvariantsSpec

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


def shown(row: int):
    def spoil(tables: Finished) -> Finished:
        return replace(tables, shown={key: with_values(table, row, objects=1) for key, table in tables.shown.items()})

    return spoil


def painted(tables: Finished) -> Finished:
    """Different objects have colors that differ."""
    photographs = tables.photographs["48"]
    image = photographs.image.copy()
    image[(photographs.mask == 2) & (photographs.label[:, None, None] == 0)] = 0
    image[(photographs.mask > 0) & (photographs.label[:, None, None] == 1)] = 0
    return replace(tables, photographs={"48": replace(photographs, image=image)})


LAST = LAYERS - 1
FALSIFIED = {
    "pretraining": shown(3),
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
    "shallow cues": painted,
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


def test_few_images_say_nothing_of_shallow_cues():
    few = finished().photographs["48"]
    few = Rendered(few.scene[:99], few.label[:99], few.image[:99], few.mask[:99], few.png[:99])
    assert check(BY_NAME["shallow cues"], replace(finished(), photographs={"48": few})) is None


def test_nothing_is_said_of_tables_that_are_not_there():
    assert check(BY_NAME["probe counts"], replace(finished(), analyses={})) is None


def test_a_head_that_reads_patch_tokens_has_no_last_layer():
    spoil = in_analysis("das", {"layer": LAST}, accuracy=0.5)
    other = {kind: table.assign(model="other") for kind, table in spoil(finished()).analyses.items()}
    assert check(BY_NAME["last layer"], replace(finished(), analyses=other)) is None


def test_names_are_told_apart():
    assert len(BY_NAME) == len(INVARIANTS)


def test_invariants_are_about_what_is_declared_and_stand_in_the_modules_that_are_named():
    declared = {analysis.kind: analysis.invariants for analysis in ANALYSES if analysis.invariants}
    named = {kind for invariant in INVARIANTS for kind in invariant.tables}
    assert named == {*declared, *(kind for analysis in ANALYSES for kind in analysis.rests_on)}
    for kind, modules in declared.items():
        for name in modules:
            module = import_module(f"vitatlas.relations.invariants.{name}")
            assert any(kind in invariant.tables for invariant in module.INVARIANTS), (kind, name)


def shares(tables: Finished) -> list[pd.DataFrame]:
    """The photorealistic images as two files."""
    found = tables.photographs["48"]
    masks = [encode(mask) for mask in found.mask]
    table = pd.DataFrame({"scene": found.scene, "label": found.label, "png": found.png, "mask": masks})
    return [table[::2], table[1::2]]


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The job's command line for the tables of a tier, one of which is falsified, below the working directory."""
    monkeypatch.chdir(tmp_path)
    tables = FALSIFIED["accuracies are counts"](finished())
    named = {
        "analyses": {f"analysis/relations/{kind}/a/rmts/256": table for kind, table in tables.analyses.items()},
        "rests_on": {
            **{f"scenes/relations/{'/'.join(key)}": table for key, table in tables.scenes.items()},
            **{f"counterfactuals/relations/{'/'.join(key)}": table for key, table in tables.counterfactuals.items()},
            **{f"weights/{key.model}/{key.run}.shown": table for key, table in tables.shown.items()},
            **{f"photoreal/relations/48/images/{share}": table for share, table in enumerate(shares(tables))},
        },
    }
    words = []
    for name, found in named.items():
        words += ["--input", name]
        for place, table in found.items():
            path = Path(f"results/demo/{place}.parquet")
            path.parent.mkdir(parents=True, exist_ok=True)
            table.to_parquet(path)
            words.append(str(path))
    spec = {"paper": "relations", "tier": "demo", "expected": EXPECTED.model_dump(mode="json")}
    return [*words, "--output", "csv", "found.csv", "--output", "md", "found.md", "--spec", json.dumps(spec)]


def test_tables_are_told_apart_by_their_paths(command):
    job = parse(InvariantsSpec, command)
    found, wanted = read(job.spec, job.input), finished()
    assert np.array_equal(found.photographs["48"].image, wanted.photographs["48"].image)
    for name in ("analyses", "scenes", "counterfactuals", "shown", "photographs"):
        assert getattr(found, name).keys() == getattr(wanted, name).keys()
    assert found.expected == EXPECTED


def test_a_violation_is_reported_and_stops_nothing(command):
    checking(INVARIANTS, read)(parse(InvariantsSpec, command))
    written = pd.read_csv("found.csv", comment="#")
    assert len(written) == len(INVARIANTS)
    assert written.loc[~written["held"], "name"].tolist() == ["accuracies are counts"]
    assert set(read_provenance("found.md")["inputs"]) == {word for word in command if word.endswith(".parquet")}


@pytest.mark.parametrize("row", [4, 5])
def test_a_new_shape_or_colour_in_pretraining_is_found_in_any_company(row: int) -> None:
    assert not check(BY_NAME["pretraining"], shown(row)(finished())).held
