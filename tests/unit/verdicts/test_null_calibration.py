"""The judge on tables that hold nothing: claims of an effect must not pass, and would without intervals."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from verdict_cases import OF_RELATIONS, PATH, relations, spec

from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.differences import Difference
from vitatlas.verdicts.job import calibrating
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.null import BOUND, COLUMNS, KINDS, calibrate, drawn, read_rates
from vitatlas.verdicts.spec import NullSpec
from vitatlas.verdicts.stand_ins import resolved

LAYERS, RUNS, IMAGES = 6, 3, 600
MODELS = ["mini-objects", "mini-captions", "mini-mae", "mini-scratch"]
SPLITS = ["val", "test_iid", "test", "ood_shape_color"]
AUXILIARY = ["none", "disentanglement", "pipeline", "both"]
SHARE = {"images": IMAGES, "chance": 0.5}


def cells(**values):
    """One row per combination of the values; a value that is no list is that of all."""
    lists = [value if isinstance(value, list) else [value] for value in values.values()]
    return [dict(zip(values, combination, strict=True)) for combination in product(*lists)]


def tier():
    """Readings of a tier, whose values do not matter: models and conditions differ, and runs a little."""
    layers, cell = list(range(LAYERS)), {"model": MODELS, "task": ["discrimination", "rmts"], "setting": ["256", "32"]}
    rows = cells(**cell, analysis="behaviour", quantity="accuracy", split=SPLITS, **SHARE)
    rows += cells(**cell, analysis="auxiliary", quantity="accuracy", split=SPLITS, auxiliary=AUXILIARY, **SHARE)
    rows += cells(**cell, analysis="photoreal", quantity="accuracy", split="photoreal", **SHARE)
    property, seen = {"property": ["shape", "color"]}, {"split": "test_iid", "layer": layers}
    das = {**cell, **property, "analysis": "das"}
    rows += cells(**das, quantity="success", control=["none", "wrong_object"], **seen, selection=0.5, **SHARE)
    rows += cells(**das, quantity="base error", **SHARE)
    rows += cells(**cell, analysis="disentanglement", quantity="success", split="test_iid", **SHARE)
    methods = ["added", "interpolated", "sampled", "random"]
    rows += cells(**cell, **property, analysis="novel", quantity="made same", method=methods, **seen, **SHARE)
    probe = {**cell, "analysis": "probe", "pair": "mean"}
    rows += cells(**probe, quantity="probe", **seen, **SHARE)
    rows += cells(**probe, quantity=["intervention", "control"], alpha=1.0, **seen, **SHARE)
    rows += cells(**cell, analysis="probe", quantity="base error", **SHARE)
    kinds = ["WO", "WP", "BP", "BG", "local"]
    rows += cells(**cell, analysis="attention", quantity=kinds, split=["test", "photoreal"], layer=layers, error=0.02)
    table = pd.concat([pd.DataFrame(rows).assign(run=run) for run in range(RUNS)], ignore_index=True)
    values = np.random.default_rng(0).beta(2, 1, len(rows))
    noise = np.random.default_rng(1).normal(0, 0.02, len(table))
    return Readings(as_readings([table.assign(value=(np.tile(values, RUNS) + noise).clip(0, 1))], OF_RELATIONS))


def rates(draws=200):
    own = NullSpec(**spec("miniature").model_dump(), draws=draws, seed=0)
    return calibrate(relations().claims, tier(), own).set_index("id")


@pytest.fixture(scope="module")
def calibrated():
    """The real claims on a tier of three runs."""
    return rates()


def test_claims_of_an_effect_pass_by_chance_in_at_most_one_of_twenty(calibrated):
    effects = calibrated[calibrated["effect"]]
    assert len(effects) >= 40 and set(effects["kind"]) == {"order", "peak", "trend"}
    assert effects["by_chance"].max() <= BOUND, effects["by_chance"].idxmax()


def test_claims_that_nothing_happens_are_not_judged_where_nothing_does(calibrated):
    quiet = calibrated[~calibrated["effect"]]
    assert len(quiet) >= 8 and set(quiet["kind"]) == {"equal", "peak"}
    assert quiet[["flat", "noise"]].to_numpy().max() <= BOUND


def test_without_intervals_they_would_pass_far_more_often(monkeypatch):
    monkeypatch.setattr(Difference, "half_width", property(lambda self: 0.0))
    effects = rates(20).query("effect")
    assert (effects["by_chance"] > BOUND).sum() >= 10


def test_a_table_in_which_something_is_passes():
    flat = drawn(tier(), "flat")(np.random.default_rng(0))
    early = (flat.table["quantity"] == "local") & (flat.table["layer"] < LAYERS / 2)
    something = flat.replaced(np.where(early.fillna(False), 0.9, flat.value), flat.error, flat.selection)
    claim = next(claim for claim in relations().claims if claim.id.startswith("attention/local-early"))
    ours = resolved(claim, spec("miniature").stand_ins).claim
    assert check(ours, something, str).verdict == "holds" and check(ours, flat, str).verdict == "fails"


@pytest.mark.parametrize("kind", KINDS)
def test_tables_that_hold_nothing(kind):
    readings = tier()
    shares = readings.table["chance"].notna().to_numpy()
    made = drawn(readings, kind)(np.random.default_rng(0))
    if kind == "flat":
        assert set(made.value[shares]) == {0.5} and np.ptp(made.value[~shares]) < 1e-9
    elif kind == "noise":
        assert made.value[shares].mean() == pytest.approx(0.5, abs=0.002)
        assert made.value[shares].std() == pytest.approx(np.sqrt(0.25 / IMAGES), rel=0.05)
    else:
        for run in range(RUNS):
            own = (readings.table["run"] == run).to_numpy() & shares
            assert sorted(made.value[own]) == sorted(readings.value[own])
            assert (made.value[own] != readings.value[own]).mean() > 0.9
    assert made.table is readings.table


def test_the_same_seed_draws_the_same():
    assert rates(10).equals(rates(10))


def test_the_job_writes_rates_and_a_page(tmp_path):
    own = NullSpec(**spec("miniature").model_dump(), draws=5, seed=0)
    table = tier().table
    path = tmp_path / "analysis/relations/any/m.parquet"
    path.parent.mkdir(parents=True)
    table.to_parquet(path)
    arguments = ["--input", "published", str(PATH), "--input", "tables", str(path)]
    arguments += ["--spec", json.dumps(own.model_dump(mode="json") | {"code": {}, "environment": "e"})]
    for form in ("csv", "md"):
        arguments += ["--output", form, str(tmp_path / f"relations_null.{form}")]
    calibrating({"any": (lambda rows: rows,)})(parse(NullSpec, arguments))
    found = pd.read_csv(tmp_path / "relations_null.csv", comment="#")
    assert list(found.columns) == COLUMNS and len(found) > 50
    assert read_rates(tmp_path / "relations_null.csv") == dict(zip(found["id"], found["by_chance"], strict=True))
    text = (tmp_path / "relations_null.md").read_text()
    assert "5 % are allowed" in text and "Noise and shuffling are drawn 5 times" in text
    assert "In CLIP ViT-B/16 on discrimination, attention peaks" in text and "nan" not in text
    assert read_provenance(tmp_path / "relations_null.md")["target"].endswith("relations_null.csv")
