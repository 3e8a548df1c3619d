"""The job that maps units, on small encoders with random weights."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from mapped_units import (
    PART,
    activations,
    encoder_of_kind,
    encoder_spec,
    outputs_in,
    pictures_spec,
    scenes,
    spec_of,
    unit_tables,
)

from vitatlas.errors import UserError
from vitatlas.features.maps import job as module
from vitatlas.features.maps.job import unit_maps
from vitatlas.features.maps.locality import variation
from vitatlas.features.maps.spec import MapsSpec
from vitatlas.features.maps.truth import auc, on_object
from vitatlas.images import png
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED

NAMES = ("maps", "table", "thumbnails")
SELECTIVE = pd.DataFrame(
    {
        **{"site": "mlp.act", "layer": [0, 1, 1], "unit": [3, 5, 8], "best": ["cat", "sea", "sky"]},
        **{"attribute": ["category", "location", "location"], "auc": [0.9, 0.95, 0.93]},
    }
)


def make(folder: Path, kind: str = "vit", selective: bool = True, batch: int = 5, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    inputs = unit_tables(folder, kind)
    if selective:
        SELECTIVE.to_parquet(folder / "selective.parquet")
        inputs += ["--input", "selective", str(folder / "selective.parquet")]
    spec = {
        **{"encoder": encoder_spec(kind), "pictures": pictures_spec(batch), "units": 5, "kept": 2, "top": 3},
        **{"shown": [{"layer": 0, "units": [6]}], "by": ["mean", "maximum"], "random": 4, "shifts": [[0, 1], [1, 2]]},
        **{"seed": 1, "compute": {}, "of_object": {"attributes": ["category"], "least": 0.8}},
        "of_place": {"attributes": ["location"], "least": 0.9},
    }
    unit_maps(parse(MapsSpec, [*inputs, *outputs_in(folder, *NAMES), *spec_of(**spec | changes)]))


def tables(folder: Path) -> list[pd.DataFrame]:
    return [pd.read_parquet(folder / f"{name}.parquet") for name in NAMES]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps")
    make(folder)
    return folder


def test_maps_are_those_of_the_network_and_their_mean_is_the_score(made: Path) -> None:
    maps = tables(made)[0]
    encoder = encoder_of_kind("vit")
    pictures = scenes(encoder)
    positions = {name: place for place, name in enumerate(pictures.table["picture"])}
    found = activations(encoder, torch.cat(list(pictures.batches(20))))
    for row in maps.to_dict("records"):
        expected = found[row["layer"]][positions[row["picture"]], :, :, row["unit"]]
        assert row["map"] == pytest.approx(expected.flatten().numpy(), abs=1e-5)
        assert (row["rows"], row["columns"]) == (4, 4)
        score = expected.mean() if row["chosen"] == "mean" else expected.max()
        assert row["score"] == pytest.approx(float(score), abs=1e-5)
        assert row["variation"] == pytest.approx(float(variation(expected, -0.16997)), abs=1e-3)


def test_maps_are_kept_of_shown_units_and_of_the_first_of_each_kind(made: Path) -> None:
    maps = tables(made)[0]
    assert set(maps.loc[maps["shown"], "unit"]) == {6} and set(maps.loc[maps["of_place"], "unit"]) == {5, 8}
    drawn = maps[~maps["shown"] & ~maps["of_object"] & ~maps["of_place"]]
    assert (drawn.groupby("layer")["unit"].nunique() <= 2).all()
    assert maps.groupby(["layer", "unit", "chosen"]).size().le(3).all()
    assert set(maps["chosen"]) == {"mean", "maximum"} and (maps["model"] == "vit").all() and (maps["run"] == 1).all()


def test_pictures_are_of_one_object_and_have_a_thumbnail(made: Path) -> None:
    maps, _, thumbnails = tables(made)
    table = scenes(encoder_of_kind("vit")).table.set_index("picture")
    assert (table["count"] == "many").sum() > 2
    assert (table.loc[maps["picture"], "count"] == "one").all()
    assert set(thumbnails["picture"]) == set(maps["picture"]) and thumbnails["picture"].is_unique
    assert {"model", "run"} <= set(thumbnails)
    assert (
        thumbnails["side"].eq(32).all()
        and thumbnails["thumbnail"].iloc[0][:4] == png.encode(np.zeros((2, 2), "u1"))[:4]
    )


def test_measures_have_a_row_for_each_unit_set_of_pictures_and_control(made: Path) -> None:
    table = tables(made)[1]
    of_units, of_layers = table[table["unit"].notna()], table[table["unit"].isna()]
    assert of_layers[["site", "layer", "quantity", "chosen", "n"]].to_numpy().tolist() == [
        ["resid_post", layer, "token_cosine", "random", 4] for layer in (0, 1)
    ]
    keys = ["layer", "unit", "chosen", "quantity", "control"]
    assert not of_units.duplicated(keys).any()
    assert set(of_units["chosen"]) == {"mean", "maximum", "random"}
    fits = of_units[of_units["quantity"].isin(["auc", "pointing", "iou"])]
    assert set(fits["control"]) == {"", "shuffled"}
    rest = {"variation", "gini", "above_half", "moran", "relocation", "area", "auc_off"}
    assert set(of_units.loc[of_units["control"] == "", "quantity"]) == rest | {"auc", "pointing", "iou"}
    assert of_units["value"].notna().all() and of_units["n"].between(1, 4).all()


def test_the_fit_off_the_object_is_given_for_units_of_places_alone(made: Path) -> None:
    table = tables(made)[1]
    off = table[table["quantity"] == "auc_off"]
    assert set(off["unit"]) == {5, 8} and off["of_place"].all()
    keys = ["layer", "unit", "chosen", "control"]
    both = off.merge(table[table["quantity"] == "auc"], on=keys, suffixes=("", "_on"))
    assert len(both) == len(off) and (both["value"] + both["value_on"]).to_numpy() == pytest.approx(1)


def test_the_fit_is_of_the_right_masks_and_shuffled_of_the_others(made: Path) -> None:
    encoder = encoder_of_kind("vit")
    pictures = scenes(encoder)
    found = activations(encoder, torch.cat(list(pictures.batches(20))))[1]
    renderer = pictures.renderer
    truths = on_object(renderer.parts(renderer.load(pictures.table)).mask, (4, 4))
    table = tables(made)[1].query("layer == 1 and quantity == 'auc' and chosen == 'mean'")
    positions = {name: place for place, name in enumerate(pictures.table["picture"])}
    maps = tables(made)[0].query("layer == 1 and chosen == 'mean'")
    for unit, rows in maps.groupby("unit"):
        places = [positions[name] for name in rows["picture"]]
        fits = auc(found[places, :, :, unit], truths[places])
        others = torch.where(torch.eye(len(places), dtype=torch.bool), float("nan"), fits)
        values = table[table["unit"] == unit].set_index("control")["value"]
        assert values[""] == pytest.approx(float(fits.diagonal().nanmean()), abs=1e-6)
        assert values["shuffled"] == pytest.approx(float(others.nanmean(0).nanmean()), abs=1e-6)


def test_batches_of_another_size_give_the_same(made: Path, tmp_path: Path) -> None:
    make(tmp_path, batch=14)
    for one, other in zip(tables(made), tables(tmp_path), strict=True):
        pd.testing.assert_frame_equal(one, other, rtol=1e-4, atol=1e-5)


def test_a_stop_is_followed_between_layers_and_the_rest_is_made_later(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(work: module.OneLayer) -> module.LayerRows:
        os.kill(os.getpid(), signal.SIGTERM)
        done.append(1)
        return real(work)

    real, done = module.OneLayer.rows, list[int]()
    with monkeypatch.context() as patched:
        patched.setattr(module.OneLayer, "rows", stopped)
        with pytest.raises(SystemExit) as stop:
            make(tmp_path)
        assert stop.value.code == STOPPED and not (tmp_path / "table.parquet").exists()
        assert "stopped after 1 of 2 layers" in capsys.readouterr().err
        make(tmp_path)
    assert len(done) == 2
    for one, other in zip(tables(made), tables(tmp_path), strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert not list(tmp_path.glob(".*checkpoint*"))


@pytest.mark.parametrize(("kind", "site"), [("swin", "mlp.act"), ("coat", "mlp.act"), ("resnet", "conv.out")])
def test_other_families_are_mapped_at_the_site_of_their_features(kind: str, site: str, tmp_path: Path) -> None:
    make(tmp_path, kind, selective=False, top=2, kept=1, by=["mean"], random=2, shown=[])
    maps, table, _ = tables(tmp_path)
    assert set(maps["site"]) == {site} and set(table["site"]) == {site, "resid_post"}
    assert maps.apply(lambda row: len(row["map"]) == row["rows"] * row["columns"], axis=1).all()


def test_what_cannot_be_done_is_said_before_anything_is(tmp_path: Path) -> None:
    for changes, message in (
        ({"shown": [{"layer": 2, "units": [0]}]}, "'vit' has no layer 2"),
        ({"shown": [{"layer": 1, "units": [96]}]}, "layer 1 has no unit 96"),
        ({"top": 15}, "maps on 15 top pictures are asked for, and the scores keep 14"),
        ({"random": 15}, "15 random pictures are asked for"),
        ({"encoder": encoder_spec("vit") | {"run": 2}}, f"nothing of run 2 of 'vit' on part '{PART}'"),
        (
            {"pictures": pictures_spec() | {"seed": 5, "parts": {PART: {"split": "train", "scenes": 9}}}},
            "the picture '",
        ),
    ):
        with pytest.raises(UserError, match=message):
            make(tmp_path, **changes)
        assert not (tmp_path / "table.parquet").exists()
