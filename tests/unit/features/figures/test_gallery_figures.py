"""Galleries, progressions and triples of units."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.figure import Figure
from matplotlib.text import Text
from unit_tables import unit_tables

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.pixels import pixels as pixels_of
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.artifacts.write import CROWDED_LIMIT, write_figure
from vitatlas.config.read import read_yaml
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import gallery, progression, triples
from vitatlas.features.figures.unit_pictures import MADE, TOP, depth, of_twelve, unit_pictures
from vitatlas.features.options.gallery import GALLERIES, GalleryOptions, published
from vitatlas.images.png import encode
from vitatlas.jobs.job import parse
from vitatlas.papers import papers

STAND_INS = {"vit_b16_384": "mini-vit", "vit_b32_384": "mini-vit", "clip_b16": "mini-clip", "clip_b32": "mini-clip"}
STAND_INS |= {"swin_tiny": "mini-swin", "resnet50": "mini-cnn"}
REGISTRY = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
SEVENS = {layer: range(7) for layer in range(6)}
PAGES = [f"figure_{number}" for number in range(17, 27)]


def figure(name: str, tier: str = "demo") -> ArtifactSpec:
    stand_ins = STAND_INS if tier == "demo" else {}
    found: ArtifactSpec = artifact_spec(with_stand_ins(REGISTRY.artifact(name), stand_ins), ZOO, tier)  # type: ignore[arg-type]
    return found


def table(spec: ArtifactSpec, units=SEVENS, **options) -> pd.DataFrame:
    return unit_tables(spec.panels[0].model, units, **options)


def values(name: str, units=SEVENS, **options) -> pd.DataFrame:
    spec = figure(name)
    found: pd.DataFrame = import_module(f"vitatlas.features.figures.{spec.family}").values(
        table(spec, units, **options), spec
    )
    return found


def drawn(name: str, units=SEVENS, tier: str = "demo") -> Figure:
    spec = figure(name, tier)
    family = import_module(f"vitatlas.features.figures.{spec.family}")
    made: Figure = family.draw(family.values(table(spec, units), spec), spec)
    return made


def units_of(values: pd.DataFrame) -> list[tuple[int, int]]:
    return list(dict.fromkeys(zip(values["layer"], values["unit"], strict=True)))


def marks(figure: Figure) -> list[str]:
    """The marks of visualisations, without those of the legend."""
    lines = [line.get_marker() for line in figure.axes[0].get_lines()]
    return lines[:-2]


@pytest.mark.parametrize("name", ["figure_01", "figure_03", "figure_18"])
def test_the_csv_alone_redraws_the_same_figure(name: str, tmp_path: Path) -> None:
    spec = figure(name)
    family = import_module(f"vitatlas.features.figures.{spec.family}")
    found = family.values(table(spec), spec)
    assert pixels(family.draw(found, spec)) == pixels(family.draw(from_csv(found, tmp_path), spec))


@pytest.mark.parametrize("name", ["figure_01", "figure_06", "figure_08", "figure_17", "figure_58"])
def test_letters_are_large_enough_lie_inside_and_overlap_no_others(name: str) -> None:
    page = drawn(name)
    assert page.get_figwidth() <= COLUMN
    page.draw_without_rendering()
    texts = [text for text in page.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.bbox.x1 and box.y1 <= page.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]


def test_a_unit_has_its_first_replicate_and_its_first_top_picture_by_the_mean() -> None:
    spec = figure("figure_17")
    given = table(spec, {0: [5, 3]})
    found = unit_pictures(given, spec.panels[0])
    assert units_of(found) == [(0, 5), (0, 3)] and found["part"].tolist() == [MADE, TOP] * 2
    assert (found["replicate"].dropna() == 0).all() and (found.loc[found["part"] == TOP, "rank"] == 2).all()
    mapped = given[(given["unit"] == 3) & (given["chosen"] == "mean") & (given["rank"] == 2)].iloc[0]
    row = found.iloc[3]
    np.testing.assert_allclose([float(value) for value in row["cells"].split()], mapped["map"], rtol=1e-4)
    thumbnail = given.loc[(given["picture"] == mapped["picture"]) & given["thumbnail"].notna(), "thumbnail"].iloc[0]
    assert row["png"] == thumbnail and row["picture"] == mapped["picture"]


def test_of_several_runs_the_first_is_drawn() -> None:
    spec = figure("figure_17")
    both = pd.concat([table(spec, seed=1, run=1), table(spec)])
    pd.testing.assert_frame_equal(gallery.values(both, spec), gallery.values(table(spec), spec))


def test_units_of_the_published_page_are_drawn_in_its_order_of_its_own_model_alone() -> None:
    spec = figure("figure_18", "paper")
    wanted = [(layer, unit) for layer, unit in published("vit_b16_384/2")]
    units = {10: [37, 27, 20, 22, 9], 11: [33, 16, 0], 0: [29]}
    assert units_of(gallery.values(table(spec, units), spec)) == wanted
    assert units_of(values("figure_18")) == [(2, unit) for unit in range(7)]


def test_a_published_unit_that_was_not_visualised_is_named() -> None:
    spec = figure("figure_18", "paper")
    with pytest.raises(UserError, match="unit 27 of layer 10"):
        gallery.values(table(spec, {10: [37, 20, 22], 11: [33, 16, 0]}), spec)


@pytest.mark.parametrize("names", [PAGES[:5], PAGES[5:]])
def test_pages_of_one_miniature_share_its_units_and_none_is_on_two(names: list[str]) -> None:
    pages = [units_of(values(name)) for name in names]
    joined = [unit for page in pages for unit in page]
    assert joined == [(layer, unit) for layer in range(6) for unit in range(7)]
    assert [len(page) for page in pages] == [14, 7, 7, 7, 7]


def test_every_published_unit_is_on_one_page_and_every_page_in_one_figure() -> None:
    galleries = read_yaml(GALLERIES)
    pages = {f"{model}/{number}" for model, all_of in galleries.items() for number in range(1, len(all_of) + 1)}
    entries = [(REGISTRY.artifact(name).options["page"], REGISTRY.artifact(name).panels[0].model) for name in PAGES]
    assert {page for page, _ in entries} == pages and len(entries) == len(pages)
    assert all(page.startswith(f"{model}/") for page, model in entries)
    units = [(model, *unit[:2]) for model, all_of in galleries.items() for page in all_of for unit in page]
    assert len(units) == len(set(units)) == 49 + 70 + 84 + 35


def test_a_page_that_there_is_not_and_a_part_beyond_the_last_are_refused() -> None:
    for given in ({"page": "vit_b16_384/3"}, {"page": "mini-vit/1"}, {"part": [3, 2]}):
        with pytest.raises(ValueError, match="page"):
            GalleryOptions.model_validate(given)


def test_options_written_into_a_spec_need_no_file(monkeypatch) -> None:
    options = REGISTRY.artifact("figure_17").options
    monkeypatch.setattr("vitatlas.features.options.gallery.GALLERIES", Path("nowhere"))
    assert len(GalleryOptions.model_validate(options).units) == 42


def test_rows_are_dealt_evenly_and_a_page_has_no_more_than_it_holds() -> None:
    units = [(0, unit) for unit in range(40)]
    pages = [gallery.dealt(units, number, 4) for number in range(1, 5)]
    assert [len(page) for page in pages] == [14, 14, 7, 5]
    assert [unit for page in pages for unit in page] == units
    assert len(gallery.dealt([(0, unit) for unit in range(200)], 1, 1)) == gallery.MOST
    with pytest.raises(UserError, match="2 rows"):
        gallery.dealt(units[:9], 1, 3)


def test_a_mark_says_whether_a_visualisation_exceeds_the_99th_percentile() -> None:
    spec = figure("figure_18")
    given = table(spec)
    first = given["replicate"] == 0
    given.loc[first & (given["layer"] == 2), "percentile"] = [100, 99.1, 99, 0, 50, 98.9, 99.5]
    page = gallery.draw(gallery.values(given, spec), spec)
    assert marks(page) == ["o", "o", "X", "X", "X", "X", "o"]
    assert any("(3 of 7)" in text.get_text() for text in page.findobj(Text))


def test_a_map_is_on_the_units_scale_unless_the_switch_says_otherwise() -> None:
    spec = figure("figure_18")
    given = table(spec)
    given["map"] = given["map"].map(lambda cells: [0.45] * len(cells), na_action="ignore")
    flat = gallery.draw(gallery.values(given, spec), spec)
    other = spec.model_copy(update={"map_scale": "reference"})
    stretched = gallery.draw(gallery.values(given, other), other)
    middle, pale = (np.asarray(page.axes[0].images[2].get_array()).astype(int) for page in (flat, stretched))
    assert (middle[..., 2] < pale[..., 2] - 30).all()


def test_small_pictures_are_drawn_as_they_are_and_those_of_full_pages_are_smaller() -> None:
    few, many = drawn("figure_18"), drawn("figure_58")
    sides = [{image.get_array().shape[0] for image in page.axes[0].images[:-1]} for page in (few, many)]
    assert sides == [{160, 64}, {gallery.SHARP, 64}]
    given = values("figure_18")
    np.testing.assert_array_equal(few.axes[0].images[0].get_array(), pixels_of(given["png"].iloc[0]))


def test_a_unit_that_was_not_mapped_has_its_visualisation_alone() -> None:
    spec = figure("figure_18")
    given = table(spec)
    without = given[~(given["chosen"].notna() & (given["layer"] == 2))]
    found = gallery.values(without, spec)
    assert set(found["part"]) == {MADE} and len(gallery.draw(found, spec).axes[0].images) == 7 + 1


def test_stages_follow_the_share_of_the_network_that_is_passed() -> None:
    assert [of_twelve(layer, 12) for layer in range(12)] == list(range(12))
    assert [of_twelve(layer, 6) for layer in range(6)] == [1, 3, 5, 7, 9, 11]
    found = values("figure_01")
    assert dict(zip(found["stage"], found["layer"], strict=True)) == dict(
        zip(progression.STAGES, range(5), strict=True)
    )
    deep = values("figure_01", {layer: [8, 3, 0, 1] for layer in range(12)})
    wanted = [(layer, unit) for layers in [(0, 1), (2, 3), (4, 5)] for layer in layers for unit in (8, 3)]
    assert units_of(deep)[:12] == wanted
    assert units_of(deep)[12:] == [(6, 8), (6, 3), (7, 8), (8, 8), (9, 8), (9, 3), (10, 8), (10, 3)]


def test_depth_is_that_of_the_network_and_not_of_what_was_visualised() -> None:
    spec = figure("figure_01")
    given = table(spec, {layer: range(4) for layer in range(11)}, layers=12)
    given = given[given["thumbnail"].isna()].drop(columns="thumbnail")  # this family reads none
    assert depth(given, spec.panels[0]) == 12
    assert progression.values(given, spec)["layer"].max() == 10


def test_every_layer_has_its_first_units() -> None:
    found = values("figure_08")
    assert units_of(found) == [(layer, unit) for layer in range(6) for unit in range(4)]
    said = {text.get_text() for text in drawn("figure_08").findobj(Text)}
    assert {f"layer {layer}" for layer in range(6)} <= said and "“textures”" in said


def test_local_units_are_those_of_inner_layers_whose_maps_vary_most() -> None:
    spec = figure("figure_06")
    given = table(spec)
    found = triples.values(given, spec)
    mapped = given[(given["chosen"] == "mean") & (given["rank"] == 2) & (given["unit"] != 900)]
    best = mapped.sort_values("variation", ascending=False).groupby("layer").head(2)
    inner = best[best["layer"] < 5]
    assert set(units_of(found)) == set(zip(inner["layer"], inner["unit"], strict=True)) and len(units_of(found)) == 10
    assert found["layer"].is_monotonic_increasing


def test_an_inner_unit_that_nobody_chose_stands_beside_the_outstanding_one_of_the_last_layer() -> None:
    spec = figure("figure_03")
    given = table(spec)
    last = (given["layer"] == 5) & (given["rank"] == 2) & (given["chosen"] == "mean")
    given.loc[last & (given["unit"] == 4), "score"] = 7.0
    given.loc[last & (given["unit"] == 6), "score"] = 5.0
    given.loc[(given["layer"] == 5) & (given["unit"] == 6), "sd"] = 0.01
    assert units_of(triples.values(given, spec)) == [(2, 0), (5, 6)]


def test_a_model_without_visualisations_is_named() -> None:
    spec = figure("figure_17")
    with pytest.raises(UserError, match="mini-vit"):
        gallery.values(unit_tables("mini-swin", SEVENS), spec)


@pytest.mark.parametrize("name", ["figure_18"])
def test_the_notebook_writes_pdf_png_and_the_values(tmp_path: Path, name: str) -> None:
    spec = figure(name)
    table(spec).to_parquet(tmp_path / "all.parquet")
    arguments = ["--input", "tables", str(tmp_path / "all.parquet")]
    for form, path in {"pdf": "a.pdf", "png": "a.png", "csv": "a.csv", "notebook": "a.ipynb"}.items():
        arguments += ["--output", form, str(tmp_path / path)]
    raw = spec.model_dump(mode="json", exclude_defaults=True)
    draw_figure(parse(AnyArtifactSpec, [*arguments, "--spec", json.dumps(raw)]))
    assert (tmp_path / "a.pdf").stat().st_size < 3_000_000 and (tmp_path / "a.png").stat().st_size < 600_000
    assert "cells" in (tmp_path / "a.csv").read_text() or name == "figure_08"


def test_a_full_page_of_noise_is_a_small_file(tmp_path: Path) -> None:
    spec = figure("figure_58")
    given = table(spec, {layer: range(7) for layer in range(7)})
    noise = encode(np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8))
    given["image"] = given["image"].map(lambda _: noise, na_action="ignore")
    found = gallery.values(given, spec)
    output = {form: str(tmp_path / f"page.{form}") for form in ("pdf", "png")}
    write_figure(gallery.draw(found, spec), found, spec, output, {}, crowded=gallery.CROWDED)
    assert units_of(found)[-1] == (6, 6) and (tmp_path / "page.pdf").stat().st_size < 3_000_000
    assert (tmp_path / "page.png").stat().st_size <= CROWDED_LIMIT
