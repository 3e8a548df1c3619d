"""Reading scores, and summaries of them from disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.features.config.top import SiteOfLayer, Top
from vitatlas.features.top import summary
from vitatlas.features.top.read import load_scores, percentiles
from vitatlas.features.top.spec import QUANTILES
from vitatlas.features.top.summary import Part, moments_of, top_of

COUNT, UNITS = 700, 6
IDS = np.array([f"p{number}" for number in range(COUNT)], dtype=object)


def units() -> pd.DataFrame:
    layer = np.arange(UNITS) // 3
    return pd.DataFrame({"column": range(UNITS), "site": "mlp.act", "layer": layer, "unit": np.arange(UNITS) % 3})


def scores(seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((COUNT, UNITS, 2)).astype(np.float32)
    found[:, 4] = np.round(found[:, 4])  # ties
    return found


def made(values: np.ndarray, part: Part) -> tuple[pd.DataFrame, pd.DataFrame]:
    def read(first: int, stop: int) -> np.ndarray:
        return values[first:stop]

    return moments_of(read, part, units(), lambda greatest: greatest / 2), top_of(read, part, units(), 9)


def test_summaries_of_blocks_and_pieces_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    values, part = scores(), Part("test", 0, IDS)
    whole = made(values, part)
    monkeypatch.setattr(summary, "BLOCK_BYTES", COUNT * 8 * 4)  # four columns at a time
    for one, other in zip(whole, made(values, part), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    monkeypatch.setattr(summary, "BLOCK_BYTES", 1)
    monkeypatch.setattr(summary, "PIECE", 31)
    moments, top = made(values, part)
    pd.testing.assert_frame_equal(whole[0], moments, rtol=1e-12)
    pd.testing.assert_frame_equal(whole[1], top, check_exact=True)


def test_moments_are_those_of_numpy_and_the_scale_is_of_each_unit_s_greatest_maximum() -> None:
    values = scores()
    moments, _ = made(values, Part("test", 0, IDS))
    assert moments["by"].tolist() == ["mean", "maximum"] * UNITS and (moments["n"] == COUNT).all()
    flat = values.reshape(COUNT, -1).astype(np.float64)
    assert moments["mean"].to_numpy() == pytest.approx(flat.mean(0), abs=1e-12)
    assert moments["sd"].to_numpy() == pytest.approx(flat.std(0, ddof=1), rel=1e-12)
    assert moments["least"].tolist() == flat.min(0).tolist()
    for name, share in QUANTILES.items():
        assert moments[name].to_numpy() == pytest.approx(np.quantile(flat, share, axis=0), rel=1e-5, abs=1e-6)
    assert moments["scale"].tolist() == (np.repeat(values[..., 1].max(0), 2) / np.float32(2)).tolist()


def test_top_pictures_are_those_of_a_sort_and_of_the_part_alone() -> None:
    values = scores()
    _, top = made(values, Part("late", 200, IDS[200:]))
    assert set(top["part"]) == {"late"} and top["rank"].max() == 8
    for (layer, unit, by), rows in top.groupby(["layer", "unit", "by"], sort=False):
        column = values[200:, 3 * layer + unit, ["mean", "maximum"].index(by)]
        order = np.argsort(-column, kind="stable")[:9]
        assert rows["picture"].tolist() == IDS[200:][order].tolist()
        assert rows["score"].tolist() == column[order].tolist()


def files(folder: Path, array: np.ndarray) -> tuple[Path, Path, Path]:
    np.save(folder / "s.npy", array)
    units().to_parquet(folder / "u.parquet")
    part = ["one"] * 300 + ["two"] * 400
    pd.DataFrame({"picture": IDS, "part": part}).to_parquet(folder / "p.parquet")
    return folder / "s.npy", folder / "u.parquet", folder / "p.parquet"


def test_scores_are_found_by_part_site_layer_and_way_to_sum_up(tmp_path: Path) -> None:
    found = load_scores(*files(tmp_path, scores())).part("two")
    assert found.pictures["picture"].iloc[0] == "p300"
    assert np.array_equal(found.of("mlp.act", 1, "maximum"), scores()[300:, 3:6, 1])
    assert isinstance(found.of("mlp.act", 0, "mean"), np.memmap)


def test_scores_that_are_not_there_are_refused(tmp_path: Path) -> None:
    found = load_scores(*files(tmp_path, scores()))
    with pytest.raises(UserError, match=r"mlp\.act of layer 7 was not scored\n.*\n.*mlp\.act of layers 0, 1"):
        found.of("mlp.act", 7, "mean")
    with pytest.raises(UserError, match=r"no pictures of part 'three'.*\n.*\n.*one, two"):
        found.part("three")
    paths = files(tmp_path, scores()[:-1])
    with pytest.raises(UserError, match=r"have shape \(699, 6, 2\), and their tables \(700, 6, 2\)"):
        load_scores(*paths)
    paths[0].write_bytes(b"nothing")
    with pytest.raises(UserError, match="cannot be read"):
        load_scores(*paths)


def test_percentiles_among_natural_scores() -> None:
    values = scores()
    moments, _ = made(values, Part("test", 0, IDS))
    rows = moments[moments["by"] == "mean"]
    mean = values[:, :, 0].astype(np.float64)
    assert percentiles(rows, rows["q99"].to_numpy()) == pytest.approx(np.full(UNITS, 99.0))
    assert percentiles(rows, mean.max(0) + 1).tolist() == [100] * UNITS
    assert percentiles(rows, mean.min(0) - 1).tolist() == [0] * UNITS
    true = 100 * (mean[:, :4] < 0.7).mean(0)
    assert percentiles(rows[:4], np.full(4, 0.7)) == pytest.approx(true, abs=2)


def test_settings_have_an_entry_for_all_models() -> None:
    top = Top.model_validate({"sites": {"default": [{}], "a": [{"site": "attn.k", "layers": [2]}]}})
    assert top.sites_of("a")[0].layers == [2] and top.sites_of("b") == [SiteOfLayer()]
    with pytest.raises(ValueError, match="'default' is missing"):
        Top.model_validate({"sites": {"a": [{}]}})
    with pytest.raises(ValueError, match="at least 1"):
        Top.model_validate({"sites": {"default": []}})
