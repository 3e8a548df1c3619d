"""The job that follows made and natural pictures through the layers, with a small network of random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from judged_pictures import table as rows_of_features
from visualise_jobs import CPU, PICTURES, encoder, scored, words

from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.encoders.seen.sources import Scenes
from vitatlas.errors import UserError
from vitatlas.features.path_similarity.job import path_similarity
from vitatlas.features.path_similarity.names import COMPARED, NORMALISED
from vitatlas.features.path_similarity.spec import PathSimilaritySpec
from vitatlas.jobs.job import parse
from vitatlas.models.encoder import build_encoder

UNITS = [("mlp.act", layer, unit) for layer in (0, 1) for unit in (3, 7, 20)]
ROWS = rows_of_features(UNITS, 2, model="small", run=2)
INPUTS = ("images", "table", "scores", "units", "pictures", "moments", "top")
OUTPUTS = ("units", "table")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of all scores."""
    folder = tmp_path_factory.mktemp("scored")
    scored(folder)
    return {name: folder / f"{name}.{'npy' if name == 'scores' else 'parquet'}" for name in INPUTS[2:]}


@pytest.fixture(scope="module")
def pictures() -> dict[str, np.ndarray]:
    """All natural pictures, uint8 [S, S, 3], by id."""
    spec = PathSimilaritySpec.model_validate(settings())
    source = Scenes.model_validate(PICTURES["parts"]["test"])
    found = pictures_of("test", source, build_encoder(spec.encoder.model, seed=3).eval(), PICTURES["seed"], [])
    images = torch.cat(list(found.batches(30))).numpy().transpose(0, 2, 3, 1)
    return dict(zip(found.table["picture"], images, strict=True))


def settings(**changes: Any) -> dict[str, Any]:
    spec = {"encoder": encoder(), "part": "test", "batch": 4, "top": 3, "draws": 50, "seed": 0, "compute": CPU}
    return spec | changes


def made(
    folder: Path, inputs: dict[str, Path], images: np.ndarray, rows: pd.DataFrame = ROWS, **changes: Any
) -> list[pd.DataFrame]:
    np.save(folder / "images.npy", images)
    rows.to_parquet(folder / "table.parquet")
    files = inputs | {name: folder / path for name, path in (("images", "images.npy"), ("table", "table.parquet"))}
    outputs = {name: folder / f"{name}.made.parquet" for name in OUTPUTS}
    arguments = [*words("input", **files), *words("output", **outputs), "--spec", json.dumps(settings(**changes))]
    path_similarity(parse(PathSimilaritySpec, arguments))
    return [pd.read_parquet(path) for path in outputs.values()]


def top_pictures(inputs: dict[str, Path], pictures: dict[str, np.ndarray], rank: int) -> np.ndarray:
    """For each row of `ROWS` its unit's natural picture of a rank; of the second replicate a black one."""
    top = pd.read_parquet(inputs["top"]).query("by == 'mean'").set_index(["site", "layer", "unit", "rank"])["picture"]
    found = [pictures[top[row.site, row.layer, row.unit, rank]] for row in ROWS.itertuples()]
    return np.stack([np.where(row.replicate, 0, one) for row, one in zip(ROWS.itertuples(), found, strict=True)])


@pytest.fixture(scope="module")
def natural(
    tmp_path_factory: pytest.TempPathFactory, inputs: dict[str, Path], pictures: dict[str, np.ndarray]
) -> list[pd.DataFrame]:
    """The tables where the made pictures are the units' first natural ones."""
    return made(tmp_path_factory.mktemp("natural"), inputs, top_pictures(inputs, pictures, 0).astype(np.uint8))


def test_a_unit_is_followed_from_the_first_layer_to_its_own(natural: list[pd.DataFrame]) -> None:
    units, table = natural
    passed = units.groupby(["layer", "at"])["unit"].nunique().to_dict()
    assert passed == {(0, 0): 3, (1, 0): 3, (1, 1): 3}
    assert len(units) == 9 * len(COMPARED) and units["value"].notna().all()
    assert units.groupby(["layer", "at"])["compared"].nunique().eq(1).all()
    widths = units.groupby(["layer", "at"])["compared"].first()
    assert widths[1, 0] == widths[0, 0] + 1  # in its own layer without the unit
    halves = table.groupby(["half", "at"])[["n", "units"]].first().to_dict("index")
    assert halves == {key: {"n": 3, "units": 3} for key in (("first", 0), ("second", 0), ("second", 1))}
    assert set(table["quantity"]) == {*COMPARED, NORMALISED} and (table["model"] == "small").all()


def test_a_natural_picture_is_as_alike_to_natural_ones_as_the_scores_say(
    natural: list[pd.DataFrame], inputs: dict[str, Path]
) -> None:
    """The pass over made pictures and the file of scores are of the same numbers: the first of three pictures is alike
    to itself, and to the others as these scores say."""
    scores, columns = np.load(inputs["scores"])[:, :, 0], pd.read_parquet(inputs["units"])
    names = pd.read_parquet(inputs["pictures"])["picture"].tolist()
    top = pd.read_parquet(inputs["top"]).query("by == 'mean' and site == 'mlp.act'")
    for (layer, unit, at), rows in natural[0].groupby(["layer", "unit", "at"]):
        of = columns[(columns["layer"] == at) & ~((columns["unit"] == unit) & (layer == at))]
        whole = scores[:, of["column"]].astype(float)
        kept = whole.std(0) > 0.01 * np.median(whole.std(0))
        z = ((whole - whole.mean(0)) / whole.std(0))[:, kept]
        mine = top[(top["layer"] == layer) & (top["unit"] == unit)].sort_values("rank")["picture"]
        r = np.corrcoef(z[[names.index(name) for name in mine]])
        found = rows.set_index("quantity")["value"]
        assert found["made"] == pytest.approx(r[0].mean(), abs=1e-3)
        assert found["natural"] == pytest.approx((r.sum() - 3) / 6, abs=1e-3)


def test_noise_takes_another_path(natural: list[pd.DataFrame], inputs: dict[str, Path], tmp_path: Path) -> None:
    side = encoder_side()
    noise = np.random.default_rng(0).integers(0, 256, (len(ROWS), side, side, 3), dtype=np.uint8)
    of = [table.groupby("quantity")["value"].mean() for table in (natural[0], made(tmp_path, inputs, noise)[0])]
    assert of[1]["made"] < of[0]["made"] - 0.2
    assert of[1]["natural"] == of[0]["natural"] and of[1]["natural_others"] == of[0]["natural_others"]


def test_the_picture_that_galleries_show_is_taken(
    natural: list[pd.DataFrame], inputs: dict[str, Path], pictures: dict[str, np.ndarray], tmp_path: Path
) -> None:
    """The first replicate at the first weight, in the first set."""
    images = top_pictures(inputs, pictures, 0).astype(np.uint8)
    several = pd.concat([ROWS, ROWS.assign(weight=0.5), ROWS.assign(set="second", weight=9.0)], ignore_index=True)
    units, table = made(tmp_path, inputs, np.concatenate([images, images[::-1], images[::-1]]), several)
    pd.testing.assert_frame_equal(units, natural[0])
    pd.testing.assert_frame_equal(table, natural[1])


def test_batches_do_not_matter(
    natural: list[pd.DataFrame], inputs: dict[str, Path], pictures: dict[str, np.ndarray], tmp_path: Path
) -> None:
    images = top_pictures(inputs, pictures, 0).astype(np.uint8)
    for one, other in zip(natural, made(tmp_path, inputs, images, batch=5), strict=True):
        pd.testing.assert_frame_equal(one, other, rtol=1e-4)


def test_units_of_another_site_are_followed_to_the_layer_before(
    inputs: dict[str, Path], pictures: dict[str, np.ndarray], tmp_path: Path
) -> None:
    top = pd.read_parquet(inputs["top"])
    top.assign(site=top["site"].mask(top["layer"] == 1, "attn.k")).to_parquet(tmp_path / "top.parquet")
    rows = ROWS.assign(site=ROWS["site"].mask(ROWS["layer"] == 1, "attn.k"))
    images = top_pictures(inputs, pictures, 0).astype(np.uint8)
    units, _ = made(tmp_path, inputs | {"top": tmp_path / "top.parquet"}, images, rows)
    assert units.groupby(["site", "layer"])["at"].agg(set).to_dict() == {("mlp.act", 0): {0}, ("attn.k", 1): {0}}


@pytest.mark.parametrize(
    ("changes", "rows", "side", "problem"),
    [
        ({}, ROWS.assign(run=1), None, "not pictures of run 2 of 'small'"),
        ({}, ROWS.assign(model="other"), None, "not pictures of run 2 of 'small'"),
        ({}, ROWS, 48, "the pictures have 48 pixels a side, and 'small' takes"),
        ({}, ROWS.iloc[:-1], None, "the images do not fit their table"),
        ({}, ROWS.assign(unit=ROWS["unit"] + 5000), None, "6 of 6 units that were visualised have no top pictures"),
        ({"part": "elsewhere"}, ROWS, None, "on part 'elsewhere'"),
    ],
)
def test_what_does_not_fit_is_refused(
    changes: dict[str, Any], rows: pd.DataFrame, side: int | None, problem: str, inputs: dict[str, Path], tmp_path: Path
) -> None:
    side = side or encoder_side()
    with pytest.raises(UserError, match=problem):
        made(tmp_path, inputs, np.zeros((len(ROWS), side, side, 3), np.uint8), rows, **changes)
    assert not list(tmp_path.glob("*.made.parquet"))


def test_scores_of_other_pictures_or_of_another_network_are_refused(inputs: dict[str, Path], tmp_path: Path) -> None:
    black = np.zeros((len(ROWS), encoder_side(), encoder_side(), 3), np.uint8)
    pictures = pd.read_parquet(inputs["pictures"])
    pictures.assign(picture="x" + pictures["picture"]).to_parquet(tmp_path / "pictures.parquet")
    with pytest.raises(UserError, match=r"the top picture '.*' was not scored"):
        made(tmp_path, inputs | {"pictures": tmp_path / "pictures.parquet"}, black)
    moments = pd.read_parquet(inputs["moments"])
    moments[moments["unit"] > 0].to_parquet(tmp_path / "moments.parquet")
    with pytest.raises(UserError, match=r"layer 0 has .* units, scores are of"):
        made(tmp_path, inputs | {"moments": tmp_path / "moments.parquet"}, black)
    scores = np.load(inputs["scores"])
    np.save(tmp_path / "scores.npy", np.where(np.arange(scores.shape[1])[None, :, None] == 1, np.nan, scores))
    with pytest.raises(UserError, match="a score of layer 0 is not finite"):
        made(tmp_path, inputs | {"scores": tmp_path / "scores.npy"}, black)


def encoder_side() -> int:
    return PathSimilaritySpec.model_validate(settings()).encoder.model.encoder.image
