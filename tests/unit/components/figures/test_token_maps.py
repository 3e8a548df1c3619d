"""The figures of heat-maps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from heatmap_tables import FEATURES, GRID, heatmap_table, held_table
from matplotlib.figure import Figure
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.pixels import pixels as pixels_of
from vitatlas.artifacts.registry import load_registry
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.artifacts.write import read_values
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import token_maps
from vitatlas.components.figures.token_map_scale import scaled
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.papers import papers

MODELS = ("deit_b16", "deit_b16_untrained")
ALL = dict.fromkeys(FEATURES, 0.5)


def figure(name: str = "figure_05") -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(registry.artifact(name), ZOO, "demo")
    return found


def table(above: dict[str, float] = ALL, **options: int) -> pd.DataFrame:
    parts = [heatmap_table(model, seed=number, **options) for number, model in enumerate(MODELS)]
    return pd.concat([*parts, *(held_table(model, above) for model in MODELS)], ignore_index=True)


def overlays(drawn: Figure) -> list[np.ndarray]:
    """The maps that lie over pictures, of those that are coloured."""
    images = [image for axes in drawn.axes for image in axes.images]
    return [np.asarray(image.get_array()) for image in images if image.get_cmap().name == "heads" and image.get_alpha()]


def test_the_csv_alone_redraws_the_same_figure(tmp_path: Path) -> None:
    values = token_maps.values(table(), figure())
    assert pixels(token_maps.draw(values, figure())) == pixels(token_maps.draw(from_csv(values, tmp_path), figure()))


def test_maps_are_those_of_the_first_panels_first_run_on_their_own_scale() -> None:
    given = table(runs=2)
    found = overlays(token_maps.draw(token_maps.values(given, figure()), figure()))
    maps = given[(given["quantity"] == "map") & (given["model"] == MODELS[0]) & (given["run"] == 0)]
    wanted = [scaled(cells)[0].reshape(GRID, GRID) for cells in maps["map"]]
    assert len(found) == len(wanted) == 6
    for drawn, one in zip(found, wanted, strict=True):
        np.testing.assert_allclose(drawn, one)


def test_precision_is_the_mean_over_runs_beside_the_untrained_encoder() -> None:
    values = token_maps.values(table(runs=2), figure())
    found = values[values["part"] == "precision"].set_index(["feature", "control"])
    assert set(found.loc["animal"].index) == {"none", "random", "centre", "share", "untrained"}
    assert found.loc[("animal", "none"), "value"] == pytest.approx(0.75)
    assert found.loc[("animal", "none"), "runs"] == 2 and found.loc[("animal", "none"), "n"] == 200
    assert found.loc[("animal", "untrained"), "title"] == "DeiT-B/16, untrained"


def test_what_the_representation_does_not_hold_has_neither_map_nor_marks() -> None:
    values = token_maps.values(table(ALL | {"pattern": 0.05}), figure())
    drawn = token_maps.draw(values, figure())
    assert len(overlays(drawn)) == 4
    said = {text.get_text() for text in drawn.findobj(Text)}
    assert "pattern: striped\nnot held by z" in said and "pattern\n(not held by z)" in said
    marks = [container.lines[0].get_xdata() for axes in drawn.axes for container in axes.containers]
    assert {round(float(x)) for line in marks for x in line} == {0, 2}


def test_pictures_whose_features_have_no_labels_have_maps_all_the_same() -> None:
    given = table()
    given = given[
        (given["quantity"] != "average_precision") & (given["feature"] != "animal") | (given["quantity"] == "map")
    ]
    drawn = token_maps.draw(token_maps.values(given, figure()), figure())
    assert len(overlays(drawn)) == 6
    assert not [text for text in drawn.findobj(Text) if text.get_text() == "average precision"]


def test_one_picture_with_its_maps_can_be_drawn_into_any_axes() -> None:
    values = token_maps.values(table(), figure())
    axes = Figure().subplots(1, 5)
    token_maps.picture_with_maps(axes, values[values["probe"] == 1])
    assert [len(one.images) for one in axes] == [1, 2, 2, 2, 0]
    png = values.loc[(values["part"] == "picture") & (values["probe"] == 1), "png"].iloc[0]
    np.testing.assert_array_equal(axes[0].images[0].get_array(), pixels_of(png))
    assert axes[3].get_xlabel() == "location: pond\nL02H02" and not axes[4].axison


@pytest.mark.parametrize("above", [ALL, ALL | {"pattern": 0.0}])
def test_letters_are_large_enough_lie_inside_and_overlap_no_others(above: dict[str, float]) -> None:
    drawn = token_maps.draw(token_maps.values(table(above), figure()), figure())
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= drawn.bbox.x1 and box.y1 <= drawn.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]


def test_a_model_without_rows_is_named() -> None:
    given = table()
    with pytest.raises(UserError, match="no row for model 'deit_b16_untrained'"):
        token_maps.values(given[given["model"] == MODELS[0]], figure())


@pytest.mark.parametrize("name", ["figure_13", "figure_14", "figure_15", "figure_16"])
def test_the_maps_of_the_other_encoders_are_drawn_alike(name: str) -> None:
    spec = figure(name)
    made = [heatmap_table(panel.model) for panel in spec.panels] + [
        held_table(panel.model, ALL) for panel in spec.panels
    ]
    values = token_maps.values(pd.concat(made, ignore_index=True), spec)
    assert len(overlays(token_maps.draw(values, spec))) == 6


def test_the_notebook_draws_the_figure(tmp_path: Path) -> None:
    spec = figure()
    for index, model in enumerate(MODELS):
        heatmap_table(model).to_parquet(tmp_path / f"{index}-maps.parquet")
        held_table(model, ALL).to_parquet(tmp_path / f"{index}-scores.parquet")
    raw = json.dumps(spec.model_dump(mode="json", exclude_defaults=True))
    tables = [str(path) for path in sorted(tmp_path.glob("*.parquet"))]
    outputs = [
        word
        for form in ("pdf", "png", "csv", "notebook")
        for word in ("--output", form, str(tmp_path / f"figure.{form}"))
    ]
    draw_figure(parse(AnyArtifactSpec, ["--input", "tables", *tables, *outputs, "--spec", raw]))
    assert (tmp_path / "figure.png").stat().st_size < 300_000
    parts = read_values(tmp_path / "figure.csv", {})["part"].value_counts().to_dict()
    assert parts == {"picture": 2, "cell": 6 * GRID**2, "precision": 3 * 5}
