"""The job, on small encoders with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from last_layer_networks import headed

from vitatlas.errors import UserError
from vitatlas.features.last_layer import job as module
from vitatlas.features.last_layer.job import last_layer
from vitatlas.features.last_layer.measure import LastLayer
from vitatlas.features.last_layer.spec import LastLayerSpec
from vitatlas.images.world.attributes import CATEGORIES, PATTERNS
from vitatlas.jobs.checkpoint import StopRequest
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.weights import save_safetensors
from vitatlas.statistics.intervals import wilson

SCENES = {"split": "test", "scenes": 24}
COMPUTE = {"device": "cpu"}


def made(folder: Path, kind: str = "vit", head: Path | None = None, outputs: int = 16, **changes: Any) -> Path:
    model = headed(kind).entry.model_dump(mode="json", exclude_none=True)
    model["encoder"] |= {"classes": outputs} if head is None else {}
    spec = {
        "encoder": {"name": "small", "run": 2, "model": model, "weights_seed": 0},
        "pictures": {"parts": {"last_layer": SCENES}, "seed": 0, "batch": 10},
        **{"attribute": "category", "classes": list(CATEGORIES), "compute": COMPUTE},
    }
    folder.mkdir(exist_ok=True)
    arguments = ["--input", "head", str(head)] if head else []
    for name in ("table", "by_picture"):
        arguments += ["--output", name, str(folder / f"{name}.parquet")]
    last_layer(parse(LastLayerSpec, [*arguments, "--spec", json.dumps(spec | changes)]))
    return folder


def left_out(folder: Path) -> dict[str, str]:
    found: dict[str, str] = read_provenance(folder / "table.parquet")["about"]["left_out"]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("last_layer"))


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "table.parquet")


def of(table: pd.DataFrame, quantity: str, measure: str = "top1", among: str = "all") -> pd.DataFrame:
    rows = table[(table["quantity"] == quantity) & (table["measure"] == measure) & (table["among"] == among)]
    return rows.set_index("layer").sort_index()


def test_rows_are_those_of_all_layers_and_patches(table: pd.DataFrame) -> None:
    sizes = of(table, "patch").groupby("layer").size()
    assert sizes.to_dict() == dict.fromkeys(range(5), 16)
    for quantity in ("isolating_cls", "cls_only", "patch_average", "patch_maximum"):
        assert of(table, quantity).index.tolist() == [0, 1, 2, 3, 4]
    for quantity in ("natural", "head_on_patches", "head_on_all"):
        assert of(table, quantity).index.tolist() == [4]
    assert not table.duplicated(["quantity", "layer", "among", "row", "column", "measure"]).any()
    assert not table.isna().any(axis=None)
    assert table[["model", "run"]].drop_duplicates().to_numpy().tolist() == [["small", 2]]


def test_values_are_hits_of_n_within_their_interval(table: pd.DataFrame) -> None:
    assert (table["value"] == table["hits"] / table["n"]).all()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    row = of(table, "natural").iloc[0]
    assert (row["low"], row["high"]) == wilson(row["hits"] / 24, 24)
    # Patches are not independent
    average = of(table, "patch_average").loc[4]
    assert average["n"] == 24 * 16
    assert (average["low"], average["high"]) == wilson(average["value"], 24)


@pytest.mark.parametrize("measure", ["top1", "top5"])
def test_the_average_and_the_best_are_of_the_patches(table: pd.DataFrame, measure: str) -> None:
    each = of(table, "patch", measure)
    average, best = of(table, "patch_average", measure), of(table, "patch_maximum", measure)
    for layer in range(5):
        assert average["value"][layer] == pytest.approx(each["value"][layer].mean())
        assert best["value"][layer] == each["value"][layer].max() >= average["value"][layer]
        place = each.loc[layer].set_index(["row", "column"])["value"]
        assert place[(best["row"][layer], best["column"][layer])] == best["value"][layer]


def test_object_patches_and_others_are_all_patches(table: pd.DataFrame) -> None:
    parts = [of(table, "patch_average", among=among) for among in ("object", "other")]
    whole = of(table, "patch_average")
    for column in ("n", "hits"):
        assert (parts[0][column] + parts[1][column] == whole[column]).all()
    assert 0 < parts[0]["n"][0] < parts[1]["n"][0]


def test_one_answer_for_all_pictures_is_no_better_than_chance(table: pd.DataFrame) -> None:
    for quantity, layer in (("isolating_cls", 4), ("cls_only", 0)):
        for measure in ("top1", "top5"):
            row = of(table, quantity, measure).loc[layer]
            assert row["value"] <= row["chance"]
    assert of(table, "natural")["chance"][4] < of(table, "natural", "top5")["chance"][4] < 1


def test_the_table_of_pictures_sums_to_the_other(folder: Path, table: pd.DataFrame) -> None:
    each = pd.read_parquet(folder / "by_picture.parquet")
    assert each["picture"].nunique() == 24
    for (quantity, layer, among), rows in each.groupby(["quantity", "layer", "among"], observed=True):
        if among == "all":
            name = "patch_average" if quantity == "patch" else quantity
            assert rows["top1"].mean() == pytest.approx(of(table, name)["value"][layer])
            assert rows["top5"].mean() == pytest.approx(of(table, name, "top5")["value"][layer])
        else:
            assert rows["top1"].between(0, 1).all()


def test_batches_change_nothing(folder: Path, tmp_path: Path) -> None:
    pictures = {"parts": {"last_layer": SCENES}, "seed": 0, "batch": 7}
    again = made(tmp_path, pictures=pictures)
    for name in ("table", "by_picture"):
        found, before = (pd.read_parquet(path / f"{name}.parquet") for path in (again, folder))
        pd.testing.assert_frame_equal(found, before)


def test_a_stopped_job_goes_on_to_the_same_tables(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped behind the first batch; the second run sees what is left."""
    with monkeypatch.context() as stopped:
        stopped.setattr(StopRequest, "signal", property(lambda _: 15, lambda *_: None), raising=False)
        with pytest.raises(SystemExit) as caught:
            made(tmp_path)
    assert caught.value.code == STOPPED
    assert not (tmp_path / "table.parquet").exists()
    seen: list[int] = []
    called = LastLayer.__call__

    def counted(self: LastLayer, images: torch.Tensor, *rest: Any) -> Any:
        seen.append(len(images))
        return called(self, images, *rest)

    monkeypatch.setattr(module.LastLayer, "__call__", counted)
    made(tmp_path)
    assert seen == [10, 4]
    for name in ("table", "by_picture"):
        again, before = (pd.read_parquet(path / f"{name}.parquet") for path in (tmp_path, folder))
        pd.testing.assert_frame_equal(again, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["by_picture.parquet", "table.parquet"]


def test_what_an_encoder_has_not_is_left_out_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, "swin")
    table = pd.read_parquet(tmp_path / "table.parquet")
    assert set(table["quantity"]) == {"natural", "patch", "patch_average", "patch_maximum", "head_on_patches"}
    assert set(left_out(tmp_path)) == {"isolating_cls", "cls_only", "head_on_all"}
    assert "small: no isolating_cls: it has no class token" in capsys.readouterr().err


def test_a_head_of_a_file_classifies_tokens_of_an_encoder_without_one(tmp_path: Path) -> None:
    """A head that says the same whatever it reads."""
    state = {"weight": torch.zeros(16, 10), "bias": torch.eye(16)[3]}
    save_safetensors(tmp_path / "head.safetensors", state, {})
    table = pd.read_parquet(made(tmp_path / "clip", "clip", tmp_path / "head.safetensors") / "table.parquet")
    assert table.loc[table["measure"] == "top1"].groupby("among")["value"].nunique()["all"] == 1


def test_of_few_classes_top_5_is_left_out(tmp_path: Path) -> None:
    made(tmp_path, outputs=4, attribute="pattern", classes=list(PATTERNS))
    table = pd.read_parquet(tmp_path / "table.parquet")
    assert set(table["measure"]) == {"top1"}
    assert "of 4 classes all are among the best 5" in left_out(tmp_path)["top5"]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"outputs": 7}, "and the head has classes 0 to 6"),
        ({"attribute": "breed"}, "nothing is known of the classes"),
        ({"layers": [9]}, "nothing is defined behind 9 blocks"),
        ({"outputs": 0}, "has no head"),
    ],
)
def test_what_cannot_be_measured_is_refused(tmp_path: Path, changes: dict[str, Any], match: str) -> None:
    with pytest.raises(UserError, match=match):
        made(tmp_path, **changes)
    assert not list(tmp_path.glob("*"))


def test_pictures_of_no_class_are_refused(tmp_path: Path) -> None:
    birds = {"parts": {"last_layer": {"split": "test", "birds": 4, "correlation": 0.5}}, "seed": 0, "batch": 4}
    with pytest.raises(UserError, match="is of none of the classes"):
        made(tmp_path, pictures=birds)
