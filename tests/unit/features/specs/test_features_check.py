"""What the section `features` names must be there; its parts and sets reach the jobs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[4]
PAPERS = ["pictures", "features"]
MISSING = {"data": "nowhere"}
SET = {"weights": [0.1], "features": [{"layer": 0, "units": [0]}]}


@pytest.mark.parametrize(
    ("section", "problem", "key"),
    [
        ({"masked": {"pictures": {"more": MISSING}}}, "unknown data set 'nowhere'", "masked.pictures.more.data"),
        ({"pictures": {"more": MISSING}}, "'more' is no part; there must be: scored, classified", "pictures"),
        ({"runs": {"mini-vitt": [0]}}, "unknown model 'mini-vitt'", "features.runs"),
        ({"scores": {"sites": {"mini-vitt": [{}]}}}, "unknown model 'mini-vitt'", "scores.sites"),
        ({"moved": {"step": {"mini-vitt": 2}}}, "unknown model 'mini-vitt'", "moved.step"),
        ({"quality": {"judges": {"default": "mini-vitt"}}}, "unknown model 'mini-vitt'", "quality.judges"),
        ({"visualisations": {"sweep": {"a": {"mini-vitt": SET}}}}, "unknown model 'mini-vitt'", "sweep.a"),
        ({"visualisations": {"sweeps": {"a": {"mini-vit": SET}}}}, "sweeps", "visualisations"),
        ({"masked": {"neutral": "elsewhere"}}, "'elsewhere' is none of the sets", "neutral"),
    ],
)
def test_what_is_not_there_is_named_with_its_key(section: dict[str, Any], problem: str, key: str) -> None:
    with pytest.raises(UserError, match=problem) as error:
        load_atlas(ROOT, {"tier": "demo", "papers": PAPERS, "features": section})
    assert key in str(error.value)


@pytest.fixture(scope="module")
def atlas() -> Any:
    return load_atlas(ROOT, {"tier": "demo", "papers": PAPERS})


def of(**words: str) -> SimpleNamespace:
    return SimpleNamespace(**{"model": "mini-vit", "run": "0"} | words)


def test_sets_reach_their_job_with_the_scores_and_spectrum_that_they_need(atlas: Any) -> None:
    paths = atlas.features.paths
    plain, phases = of(group="gallery"), of(group="parametrisations")
    assert paths.spectrum_of_sets(plain) == []
    assert paths.spectrum_of_sets(phases) == ["results/demo/spectrum/features/mini-vit/run0.safetensors"]
    assert paths.moments_of(plain) == ["results/demo/scores/features/mini-vit/run0.moments.parquet"]
    sets = atlas.features.specs.visualise(phases)["sets"]
    assert sets["maco"]["settings"]["parametrisation"] == "maco" and len(sets) == 3


def test_a_model_without_visualisations_is_refused_by_name(atlas: Any) -> None:
    with pytest.raises(UserError, match="no features of 'mini-dino' are visualised") as error:
        atlas.features.specs.visualise(of(group="sweep", model="mini-dino"))
    assert "features.visualisations.sweep" in str(error.value)


def test_tables_and_pictures_of_a_group_are_of_the_same_runs_in_the_same_order(atlas: Any) -> None:
    wildcards = of(group="departures")
    tables, images = (
        atlas.features.paths.visualised_tables(wildcards),
        atlas.features.paths.visualised_images(wildcards),
    )
    assert [path.removesuffix(".parquet") for path in tables] == [path.removesuffix(".npy") for path in images]
    assert len(atlas.features.specs.visualise(wildcards)["sets"]) > 5


def test_units_of_galleries_are_mapped(atlas: Any) -> None:
    shown = {group["layer"]: group["units"] for group in atlas.features.specs.unit_maps(of())["shown"]}
    for group in atlas.features.specs.visualise(of(group="gallery"))["sets"]["first"]["features"]:
        assert set(group["units"]) <= set(shown[group["layer"]])


@pytest.mark.parametrize("part", ["scored", "classified"])
def test_scenes_are_rendered_at_the_side_that_encoders_take(atlas: Any, part: str) -> None:
    (pixels, table) = getattr(atlas.features.paths, f"{part}_scenes")(of())
    assert (pixels, table) == tuple(f"results/demo/scenes/features/64/{part}.{end}" for end in ("npy", "parquet"))
    assert atlas.features.specs.feature_scenes(SimpleNamespace(part=part, side="64"))["part"] == part


def test_a_part_that_there_is_not_cannot_be_rendered(atlas: Any) -> None:
    with pytest.raises(UserError, match="unknown part with scenes 'tested'"):
        atlas.features.specs.feature_scenes(SimpleNamespace(part="tested", side="64"))
