"""Grids of pictures found by texts and by pictures, on an encoder whose components are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv
from figure_pixels import pixels as drawing
from matplotlib.figure import Figure
from matplotlib.text import Text
from planted_pictures import FEATURES, arguments, by_picture_spec, by_text_spec, written

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import image_grid
from vitatlas.components.retrieve.by_picture import retrieval_by_picture
from vitatlas.components.retrieve.by_text import retrieval_by_text
from vitatlas.components.retrieve.spec import ByPictureSpec, ByTextSpec
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.papers import papers

STAND_INS = {"deit_b16": "mini-vit", "dino_b16": "mini-dino", "swin_base": "mini-swin"}
FIGURES = ("figure_03", "figure_04", "figure_09")
Table = Callable[..., pd.DataFrame]


def figure(name: str) -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact(name), STAND_INS), ZOO, "demo")
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return written(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def table(files, tmp_path_factory: pytest.TempPathFactory) -> Table:
    """The table that a figure reads, the same for all its models."""
    folder = tmp_path_factory.mktemp("found")

    def made(spec: ArtifactSpec, **changes: object) -> pd.DataFrame:
        path = folder / "table.parquet"
        if spec.typed_options.by == "text":
            retrieval_by_text(parse(ByTextSpec, arguments(files, path, by_text_spec(**changes))))
        else:
            retrieval_by_picture(parse(ByPictureSpec, arguments(files, path, by_picture_spec(**changes))))
        found = pd.read_parquet(path)
        return pd.concat([found.assign(model=panel.model) for panel in spec.panels], ignore_index=True)

    return made


def texts_of(drawn: Figure) -> list[Text]:
    return [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]


def images_of(drawn: Figure) -> int:
    return sum(len(axes.images) for axes in drawn.axes)


@pytest.mark.parametrize("name", FIGURES)
def test_the_csv_alone_redraws_the_same_figure(table, name, tmp_path: Path) -> None:
    spec = figure(name)
    values = image_grid.values(table(spec), spec)
    assert drawing(image_grid.draw(values, spec)) == drawing(image_grid.draw(from_csv(values, tmp_path), spec))


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("known", [True, False])
def test_letters_are_large_enough_lie_inside_and_overlap_no_others(table, name, known) -> None:
    spec = figure(name)
    nothing = {"labels": {}} if spec.typed_options.by == "text" else {"labels": {}, "values": {}}
    drawn = image_grid.draw(image_grid.values(table(spec, **({} if known else nothing)), spec), spec)
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = texts_of(drawn)
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= drawn.bbox.x1 and box.y1 <= drawn.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]
    legend = " ".join(text.get_text() for text in texts)
    assert ("does not" in legend) == known


def test_columns_of_pictures_stand_above_their_numbers(table) -> None:
    spec = figure("figure_03")
    drawn = image_grid.draw(image_grid.values(table(spec), spec), spec)
    drawn.draw_without_rendering()
    edges = np.array([axes.get_window_extent().intervalx for axes in drawn.axes])
    assert np.abs(edges - edges[0]).max() < 1


def test_as_many_pictures_as_the_layout_has_cells(table) -> None:
    for name, cells in (("figure_03", 2 * 3 * 6), ("figure_04", 3 * (1 + 2 * 3)), ("figure_09", 3 * (1 + 2 * 3))):
        spec = figure(name)
        assert images_of(image_grid.draw(image_grid.values(table(spec), spec), spec)) == cells


def test_marks_are_told_apart_by_shape_and_count_right_and_wrong_pictures(table) -> None:
    spec = figure("figure_03")
    values = image_grid.values(table(spec), spec)
    grids = [axes for axes in image_grid.draw(values, spec).axes if axes.images]
    marks = [line.get_marker() for axes in grids for line in axes.get_lines()]
    right = values.loc[values["quantity"] == "picture", "right"].sum()
    assert 0 < right < len(marks)
    assert (marks.count("o"), marks.count("X")) == (right, len(marks) - right)


def test_by_text_only_the_texts_shown_and_the_feature_asked_for_are_drawn(table) -> None:
    spec = figure("figure_03")
    values = image_grid.values(table(spec), spec)
    assert set(values["feature"]) == {"location"}
    assert set(values["text"].dropna()) == {"forest", "sea"}
    assert int(values.query("quantity == 'column'")["n"].iloc[0]) == len(FEATURES["location"])


def test_by_picture_own_components_stand_beside_all_controls(table) -> None:
    spec = figure("figure_09")
    found = table(spec)
    values = image_grid.values(found, spec)
    drawn = values[values["quantity"] == "precision"].set_index(["feature", "by"])["value"]
    was = found[found["quantity"] == "precision"].set_index(["feature", "by"])["value"]
    for feature, other in (("color", "location"), ("location", "color")):
        assert set(drawn[feature].index) == {"own", "others", "whole", "random"}
        assert drawn[feature, "own"] == was[feature, feature]
        assert drawn[feature, "others"] == was[feature, other]
        assert drawn[feature, "random"] == was[feature, "random"]


def test_numbers_are_means_over_runs_and_pictures_those_of_the_first(table) -> None:
    spec = figure("figure_09")
    first = table(spec)
    second = first.assign(run=1, value=first["value"] - 0.2, picture=first["picture"] + "'")
    values = image_grid.values(pd.concat([second, first]), spec)
    assert not values["picture"].dropna().str.endswith("'").any()
    one = image_grid.values(first, spec)
    number = values["quantity"] == "precision"
    np.testing.assert_allclose(values.loc[number, "value"], one.loc[one["quantity"] == "precision", "value"] - 0.1)
    assert (values.loc[number, "runs"] == 2).all()


def test_one_probe_of_each_model_beside_those_of_the_others(table) -> None:
    spec = figure("figure_04")
    values = image_grid.values(table(spec), spec)
    assert values.loc[values["png"].notna(), "probe"].unique().tolist() == [0]
    assert list(values["model"].unique()) == ["mini-dino", "mini-vit", "mini-swin"]


@pytest.mark.parametrize("name", FIGURES)
def test_a_model_that_does_not_hold_a_feature_is_not_shown_as_if_it_did(table, name) -> None:
    spec = figure(name)
    found = table(spec)
    row = (found["quantity"] == "read_by_probe") & (found["feature"] == "location")
    found.loc[row, "value"] = found.loc[row, "chance"] + 0.05
    drawn = image_grid.draw(image_grid.values(found, spec), spec)
    if spec.typed_options.by == "text":
        assert any("z does not hold it" in text.get_text() for text in texts_of(drawn))
        return
    plots = [axes for axes in drawn.axes if not axes.images]
    fills = [line.get_markerfacecolor() for line in plots[0].get_lines()]
    assert fills.count("page") == 4  # of the four marks of location


def test_a_model_without_a_table_is_named(table) -> None:
    spec = figure("figure_04")
    found = table(spec)
    with pytest.raises(UserError, match="mini-swin"):
        image_grid.values(found[found["model"] != "mini-swin"], spec)
