"""The table of segmentation."""

from __future__ import annotations

import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from heatmap_tables import segmentation_table

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.tables import segmentation
from vitatlas.errors import UserError
from vitatlas.papers import papers


@pytest.fixture(scope="module")
def spec() -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(registry.artifact("table_05"), ZOO, "paper")
    return found


@pytest.fixture
def table() -> pd.DataFrame:
    """DINO names 23 % of the objects; Chefer et al. is not defined for MaxViT and Swin."""
    parts = [segmentation_table("deit_b16", 0.97, runs=2), segmentation_table("dino_b16", 0.23)]
    parts += [segmentation_table(model, 0.98, "chefer") for model in ("maxvit_small", "swin_base")]
    return pd.concat(parts, ignore_index=True)


def test_rows_are_methods_of_encoders_then_segmentations_without_one(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    shown = segmentation.layout(segmentation.values(table, spec), spec)
    assert shown["Method"].tolist()[:3] == ["Chefer et al.", "Grad-CAM", "decomposition"]
    assert shown["Method"].tolist()[-3:] == ["all is object", "blob in the centre", "random map"]
    assert shown["Model"].value_counts().to_dict() == dict.fromkeys(shown["Model"].unique(), 3)
    assert shown["Model"].iloc[0] == "DeiT-B/16 (names 97 %)" and shown["Model"].iloc[-1] == "none"
    assert shown.iloc[2].tolist()[2:5] == ["0.300 ± 0.004", "0.310 ± 0.004", "0.320 ± 0.004"]
    assert shown.iloc[-2].tolist()[2:] == [f"0.5{place}0 ± 0.004" for place in range(5)]


def test_an_encoder_that_cannot_name_the_object_is_not_shown_as_if_it_could(
    table: pd.DataFrame, spec: ArtifactSpec
) -> None:
    values = segmentation.values(table, spec)
    shown = segmentation.layout(values, spec)
    dino = shown[shown["Model"].str.contains("23 %")]
    assert len(dino) == 3
    assert dino.iloc[:, 2:].to_numpy().tolist() == [["cannot name the object", "–", "–", "–", "–"]] * 3
    assert any("below 50 %" in note and note.startswith("DINO") for note in segmentation.notes(values, spec))
    kept = values[(values["model"] == "dino_b16") & (values["method"] == "decomposition")]
    assert len(kept) == 5 and not kept["able"].any() and kept["value"].notna().all()


def test_a_method_that_is_not_defined_says_so_and_why(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    values = segmentation.values(table, spec)
    shown = segmentation.layout(values, spec)
    cells = shown[shown["Method"] == "Chefer et al."].iloc[:, 2:].to_numpy().tolist()
    assert cells[2:] == [["not defined", "–", "–", "–", "–"]] * 2 and "not defined" not in cells[0] + cells[1]
    (note,) = [note for note in segmentation.notes(values, spec) if "not defined" in note]
    assert "MaxViT" in note and "Swin" in note and note.endswith("it has no class token.")


def test_notes_say_what_errors_are_over_and_how_many_pictures(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    said = " ".join(segmentation.notes(segmentation.values(table, spec), spec))
    assert "300 pictures (bootstrap)" in said and "guessing names 6 %" in said and "as DeiT-B/16 sees them" in said


def test_numbers_are_means_over_runs(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    second = (table["model"] == "deit_b16") & (table["run"] == 1)
    table.loc[second, "value"] += 0.1
    found = segmentation.values(table, spec).set_index(["model", "method", "quantity"])
    assert found.loc[("deit_b16", "gradcam", "miou"), "value"] == pytest.approx(0.26)
    assert found.loc[("deit_b16", "gradcam", "miou"), "runs"] == 2


def test_a_model_without_rows_is_named(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    with pytest.raises(UserError, match="no row for model 'swin_base'"):
        segmentation.values(table[table["model"] != "swin_base"], spec)
