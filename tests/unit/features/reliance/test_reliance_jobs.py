"""The jobs `masked` and `low_pass`, on small encoders with random weights."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from encoder_kinds import encoder_entry
from PIL import Image
from planted_reliance import boxed_pictures

from vitatlas.errors import UserError
from vitatlas.features.reliance import answers as module
from vitatlas.features.reliance.compare import accuracy, load_hits
from vitatlas.features.reliance.job import EXAMPLES, low_pass, masked
from vitatlas.features.reliance.resampled import interval
from vitatlas.features.reliance.spec import LowPassSpec, MaskedSpec
from vitatlas.images.world.attributes import CATEGORIES
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED

PARTS = {
    "home": {"split": "test", "scenes": 9, "world": {"affinity": 1}},
    "anywhere": {"split": "test", "scenes": 7},
}
JOBS: dict[str, tuple[Callable[[Any], None], Any, dict[str, Any]]] = {
    "masked": (masked, MaskedSpec, {"boxes": "corrected"}),
    "low_pass": (low_pass, LowPassSpec, {"cutoffs": [1.0, 0.3]}),
}


def make(
    folder: Path, name: str, kind: str = "vit", indexes: tuple[Path, ...] = (), **changes: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table and hits."""
    job, spec_type, own = JOBS[name]
    folder.mkdir(exist_ok=True)
    model = encoder_entry(kind, **changes.pop("settings", {"classes": 16})).model_dump(mode="json", exclude_none=True)
    pictures = {"parts": PARTS, "seed": 5, "batch": 4} | changes.pop("pictures", {})
    spec = {
        "encoder": {"name": kind, "run": 1, "model": model, "weights_seed": 0},
        **{"pictures": pictures, "attribute": "category", "classes": list(CATEGORIES), "seed": 2, "compute": {}},
    }
    written = ("table", "hits", "examples") if name == "masked" else ("table", "hits")
    outputs = [word for output in written for word in ("--output", output, str(folder / f"{output}.parquet"))]
    inputs = [word for path in indexes for word in ("--input", "indexes", str(path))]
    job(parse(spec_type, [*inputs, *outputs, "--spec", json.dumps(spec | own | changes)]))
    return pd.read_parquet(folder / "table.parquet"), pd.read_parquet(folder / "hits.parquet")


@pytest.fixture(scope="module", params=list(JOBS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    make(folder, request.param)
    return request.param, folder


def test_accuracies_are_those_of_the_hits(made: tuple[str, Path]) -> None:
    name, folder = made
    table, hits = (pd.read_parquet(folder / f"{output}.parquet") for output in ("table", "hits"))
    ways = load_hits(folder / "hits.parquet").conditions
    assert len(hits) == 16 and len(ways) == (10 if name == "masked" else 5)
    for column, way in ways.items():
        at = np.logical_and.reduce([table[key].isna() if way[key] is None else table[key] == way[key] for key in way])
        for part, ranks in hits.groupby("part")[column]:
            rows = table[at & (table["part"] == part)].set_index("measure")
            for top, count in (("top1", 1), ("top5", 5)):
                assert rows.loc[top, "value"] == pytest.approx((ranks < count).mean())
                same = interval(accuracy(load_hits(folder / "hits.parquet"), str(part), column, seed=2, top=count))
                assert rows.loc[top, ["value", "low", "high"]].tolist() == pytest.approx(list(same)), "the same draws"
    assert hits[list(ways)].to_numpy().min() >= 0 and hits[list(ways)].to_numpy().max() < 16


def test_tables_have_their_columns_and_say_what_they_are_of(made: tuple[str, Path]) -> None:
    name, folder = made
    table = pd.read_parquet(folder / "table.parquet")
    own = {"masked": {"mask", "fill", "shown"}, "low_pass": {"filter", "rho", "cycles"}}[name]
    assert set(table) == {"model", "run", "part", "measure", "value", "low", "high", "n", "chance"} | own
    measures = {
        "masked": {"top1", "top5", "cross_entropy", "normalised_top1", "normalised_top5"},
        "low_pass": {"top1", "top5", "relative", "area"},
    }
    assert set(table["measure"]) == measures[name]
    assert table.groupby("part")["n"].unique().map(list).to_dict() == {"home": [9], "anywhere": [7]}
    assert not table.duplicated(["part", "measure", *sorted(own)]).any()
    about = read_provenance(folder / "table.parquet")["about"]
    assert about["classes"] == 16 and about["model"] == "vit"


def test_full_pictures_are_the_measure_of_the_others(tmp_path: Path) -> None:
    table, _ = make(tmp_path, "masked", settings={"classes": 16}, classes=list(CATEGORIES)[::-1])
    whole = table[(table["shown"] == "full") & table["measure"].str.startswith("normalised")].dropna(subset="value")
    assert len(whole) and (whole[["value", "low", "high"]] == 100).all(axis=None)


@pytest.mark.parametrize("name", list(JOBS))
def test_a_stopped_job_goes_on_to_the_same_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, killed = (make(tmp_path / "whole", name), tmp_path / "killed")
    asked: list[int] = []
    real = module._rest

    def rest(questions: Any, part: Any, done: int) -> Any:
        for found in real(questions, part, done):
            asked.append(len(found))
            if sum(asked) >= 11 and not stopped:
                stopped.append(True)
                os.kill(os.getpid(), signal.SIGTERM)
            yield found

    stopped: list[bool] = []
    monkeypatch.setattr(module, "_rest", rest)
    with pytest.raises(SystemExit) as stop:
        make(killed, name)
    assert stop.value.code == STOPPED and not (killed / "table.parquet").exists()
    before = sum(asked)
    found = make(killed, name)
    assert 9 < before < 16 and sum(asked) == 16, "what was answered is not asked again"
    for one, other in zip(whole, found, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert {path.name for path in killed.iterdir()} - {"examples.parquet"} == {"hits.parquet", "table.parquet"}


def test_pictures_with_boxes_are_masked(tmp_path: Path) -> None:
    path = boxed_pictures(tmp_path / "mine", {0: None}).index.path
    parts = {"mine": {"data": "mine"}}
    settings = {"classes": 1000}
    table, hits = make(tmp_path, "masked", indexes=(path,), pictures={"parts": parts}, settings=settings)
    assert set(table["mask"]) == {"", "boxes"} and set(table["n"]) == {11} and len(hits) == 11
    about = read_provenance(tmp_path / "hits.parquet")["about"]
    assert about["left_out"]["mine"]["without_boxes"] == 1
    assert about["fills"]["mean"] == [128, 102, 76]
    low = make(tmp_path, "low_pass", indexes=(path,), pictures={"parts": parts}, settings=settings)[0]
    assert set(low["n"]) == {12}, "the others need no boxes"


def test_ways_that_some_pictures_were_not_shown_in_are_marked(tmp_path: Path) -> None:
    path = boxed_pictures(tmp_path / "mine", each=1).index.path
    parts = {"mine": {"data": "mine"}, "home": PARTS["home"]}
    with pytest.raises(UserError, match="'category' has 16 values"):
        make(tmp_path, "masked", indexes=(path,), pictures={"parts": parts}, settings={"classes": 1000})
    names = [*CATEGORIES, *(f"no {number}" for number in range(984))]
    settings = {"classes": 1000}
    _, hits = make(tmp_path, "masked", indexes=(path,), pictures={"parts": parts}, settings=settings, classes=names)
    by_part = {part: rows.drop(columns="part") for part, rows in hits.groupby("part")}
    assert (by_part["mine"]["scene"] == -1).all() and not (by_part["home"] == -1).any(axis=None)


def test_encoders_without_a_head_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    for name in JOBS:
        with pytest.raises(UserError, match="no classification head"):
            make(tmp_path, name, kind="dino", settings={})
    assert list(tmp_path.iterdir()) == []


def test_examples_show_the_first_pictures_in_every_way(tmp_path: Path) -> None:
    _, hits = make(tmp_path / "made", "masked")
    examples = pd.read_parquet(tmp_path / "made/examples.parquet")
    first = hits["part"].iloc[0]
    names = hits.loc[hits["part"] == first, "picture"].tolist()[:EXAMPLES]
    ways = examples.drop_duplicates(["shown", "mask", "fill"])
    assert len(examples) == EXAMPLES * len(ways) and set(examples["picture"]) == set(names)
    of_first = examples[examples["picture"] == names[0]].set_index(["shown", "mask", "fill"])["thumbnail"]
    whole, rest, hole = (
        np.asarray(Image.open(io.BytesIO(of_first[way]))).astype(int)
        for way in (("full", "", ""), ("foreground", "boxes", "black"), ("background", "boxes", "black"))
    )
    assert (rest + hole == whole).all() and rest.any() and hole.any()
