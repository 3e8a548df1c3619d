"""The job that judges visualisations, with small judges of random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from encoder_kinds import encoder_entry
from judged_pictures import gratings, table

from vitatlas.errors import UserError
from vitatlas.features.config.quality import Quality
from vitatlas.features.quality.job import visualisation_quality
from vitatlas.features.quality.judge import at_side
from vitatlas.features.quality.spec import QualitySpec
from vitatlas.jobs.job import parse

ROWS = table([("mlp.act", layer, unit) for layer in (0, 2) for unit in range(3)], 2)
SCENES = {"natural": {"split": "test", "scenes": 30}}


def top(units: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {**unit, "by": by, "rank": rank, "part": "natural", "picture": f"test/{(3 * n + rank) % 30}"}
        for n, unit in enumerate(units[["model", "run", "site", "layer", "unit"]].drop_duplicates().to_dict("records"))
        for by in ("mean", "maximum")
        for rank in range(4)
    ]
    return pd.DataFrame(rows)


def made(folder: Path, kind: str = "resnet", rows: pd.DataFrame = ROWS, natural: bool = True, **changes: Any) -> Any:
    np.save(folder / "images.npy", gratings(ROWS))
    rows.to_parquet(folder / "table.parquet")
    top(ROWS).iloc[: changes.pop("tops", None)].to_parquet(folder / "top.parquet")
    model = encoder_entry(kind).model_dump(mode="json", exclude_none=True)
    pictures = {"parts": SCENES, "seed": 0, "batch": 8} if natural else None
    spec = {
        "encoder": {"name": "judge", "run": 0, "model": model, "weights_seed": 0},
        **{"pictures": pictures, "batch": 5, "top": 3, "draws": 50, "seed": 0, "compute": {}},
    }
    arguments = ["--input", "images", str(folder / "images.npy"), "--input", "table", str(folder / "table.parquet")]
    arguments += ["--input", "top", str(folder / "top.parquet")] if natural else []
    for name in ("table", "groups"):
        arguments += ["--output", name, str(folder / f"{name}.made.parquet")]
    visualisation_quality(parse(QualitySpec, [*arguments, "--spec", json.dumps(spec | changes)]))
    return [pd.read_parquet(folder / f"{name}.made.parquet") for name in ("table", "groups")]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[pd.DataFrame]:
    return made(tmp_path_factory.mktemp("judged"))


def test_there_is_a_row_for_each_feature_and_quantity(tables) -> None:
    features, groups = tables
    quantities = {"high_frequency", "peak_width", "activation", "percentile", "agreement", "partner", "natural"}
    quantities |= {"natural_partner", "told_apart", "exceeds", "repeats", "works"}
    assert set(features["quantity"]) == set(groups["quantity"]) == quantities
    assert len(features) == 6 * len(quantities) and features["value"].notna().all()
    assert set(features["judge"]) == {"judge"} and set(features["model"]) == {"seen"}
    assert len(groups) == 2 * (len(quantities) - 1) + 1


def test_gratings_of_one_colour_agree_for_a_network_with_random_weights(tables) -> None:
    _, groups = tables
    agree = groups[groups["quantity"] == "agreement"]
    assert (agree["value"] > 0.2).all()


def test_the_same_job_twice_gives_the_same(tables, tmp_path) -> None:
    for first, second in zip(tables, made(tmp_path), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_a_judge_of_another_side_sees_resampled_pictures(tmp_path) -> None:
    features, _ = made(tmp_path, "dinov2", natural=False)
    assert features.loc[~features["quantity"].str.startswith("natural"), "value"].notna().all()
    flat = torch.full((1, 3, 8, 8), 77, dtype=torch.uint8)
    assert torch.equal(at_side(flat, 8), flat) and (at_side(flat, 5) == 77).all()


def test_without_natural_pictures_the_rest_is_measured(tmp_path) -> None:
    features, _ = made(tmp_path, natural=False)
    known = features.groupby("quantity")["value"].agg(lambda values: values.notna().all())
    assert not known["natural"] and not known["natural_partner"] and known.drop(["natural", "natural_partner"]).all()


def test_a_network_does_not_judge_itself(tmp_path) -> None:
    with pytest.raises(UserError, match="'judge' would judge pictures of its own features"):
        made(tmp_path, rows=ROWS.assign(model="judge"))
    with pytest.raises(ValueError, match="does not judge its own pictures"):
        Quality(judges={"default": "cnn", "cnn": "cnn"})
    with pytest.raises(ValueError, match="'default' is missing"):
        Quality(judges={"vit": "cnn"})
    settings = Quality(judges={"default": "cnn", "cnn": "vit"})
    assert settings.judge_of("cnn") == "vit" and settings.judge_of("swin") == "cnn"


def test_images_that_do_not_fit_their_table_are_refused(tmp_path) -> None:
    with pytest.raises(UserError, match="do not fit their table"):
        made(tmp_path, rows=ROWS.iloc[:-1])
    with pytest.raises(UserError, match="is there twice"):
        made(tmp_path, rows=ROWS.assign(replicate=0))


def test_top_pictures_that_are_missing_are_refused(tmp_path) -> None:
    with pytest.raises(UserError, match="1 of 6 units that were visualised have no top pictures"):
        made(tmp_path, tops=-8)
    few = {"parts": {"natural": {"split": "test", "scenes": 4}}, "seed": 0, "batch": 8}
    with pytest.raises(UserError, match="is not in the set"):
        made(tmp_path, pictures=few)
    other = {"parts": {"else": {"split": "test", "scenes": 30}}, "seed": 0, "batch": 8}
    with pytest.raises(UserError, match="part 'natural' of the top pictures is not known"):
        made(tmp_path, pictures=other)
