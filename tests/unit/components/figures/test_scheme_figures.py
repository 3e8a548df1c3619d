"""Drawings of the method: nothing is cut off, boxes hold their words, numbers are those of the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from heatmap_tables import heatmap_table, held_table
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from numerics_tables import exactness_table

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import overview, scheme
from vitatlas.images.png import encode
from vitatlas.papers import papers

MODEL = "mini-vit"


def figure(name: str, tier: str = "demo") -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact(name), {"deit_b16": MODEL}), ZOO, tier)  # type: ignore[arg-type]
    return found


def found_table(features: tuple[str, ...] = ("animal", "color", "pattern", "location")) -> pd.DataFrame:
    """Pictures found by a picture, in two runs; the second one's are white."""
    generator = np.random.default_rng(0)

    def png(run: int) -> bytes:
        noise = generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        return encode(noise if run == 0 else np.full_like(noise, 255))

    rows = [
        {"quantity": "probe", "probe": probe, "run": run, "png": png(run)} for run in range(2) for probe in range(2)
    ]
    rows += [
        {"quantity": "picture", "probe": probe, "run": run, "feature": feature, "rank": rank, "right": rank == 0}
        | {"png": png(run)}
        for run in range(2)
        for probe in range(2)
        for feature in features
        for rank in range(3)
    ]
    return pd.DataFrame(rows).assign(model=MODEL)


def overview_values(**held: float) -> pd.DataFrame:
    above = {"animal": 0.5, "pattern": 0.4, "location": 0.6} | held
    tables = [heatmap_table(MODEL), held_table(MODEL, above), found_table()]
    return overview.values(pd.concat(tables, ignore_index=True), figure("figure_01"))


def scheme_values() -> pd.DataFrame:
    return scheme.values(exactness_table(MODEL, runs=2), figure("figure_06"))


DRAWN = {
    "figure_01": lambda tier: overview.draw(overview_values(), figure("figure_01", tier)),
    "figure_06": lambda tier: scheme.draw(scheme_values(), figure("figure_06", tier)),
}


def texts_of(drawn: Figure) -> list[Text]:
    return [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("name", DRAWN)
def test_letters_are_large_enough_lie_inside_and_overlap_no_others(name: str, tier: str) -> None:
    drawn = DRAWN[name](tier)
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = texts_of(drawn)
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= drawn.bbox.x1 and box.y1 <= drawn.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]


@pytest.mark.parametrize("name", DRAWN)
def test_words_in_a_box_fit_into_it(name: str) -> None:
    drawn = DRAWN[name]("demo")
    drawn.draw_without_rendering()
    frames = [patch.get_window_extent() for patch in drawn.findobj(FancyBboxPatch) if patch.get_visible()]
    inside = 0
    for text in texts_of(drawn):
        extent = text.get_window_extent()
        middle = (extent.x0 + extent.x1) / 2, (extent.y0 + extent.y1) / 2
        for frame in frames:
            if frame.contains(*middle):
                assert frame.x0 <= extent.x0 and extent.x1 <= frame.x1, text
                assert frame.y0 <= extent.y0 and extent.y1 <= frame.y1, text
                inside += 1
    assert inside >= 6


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_drawn_outside(name: str) -> None:
    drawn = DRAWN[name]("demo")
    drawn.draw_without_rendering()
    for axes in drawn.axes:
        for artist in (*axes.patches, *axes.lines, *axes.images):
            box = artist.get_window_extent()
            assert box.x0 >= -1 and box.y0 >= -1, artist
            assert box.x1 <= drawn.bbox.x1 + 1 and box.y1 <= drawn.bbox.y1 + 1, artist


def test_the_csv_alone_redraws_the_same_drawings(tmp_path: Path) -> None:
    values = overview_values()
    again = from_csv(values, tmp_path)
    assert pixels(overview.draw(values, figure("figure_01"))) == pixels(overview.draw(again, figure("figure_01")))
    values = scheme_values()
    again = from_csv(values, tmp_path)
    assert pixels(scheme.draw(values, figure("figure_06"))) == pixels(scheme.draw(again, figure("figure_06")))


def test_the_scheme_names_the_largest_errors_by_the_rules_own_policy() -> None:
    values = scheme_values()
    assert set(values["policy"]) == {"uniform"} and len(values) == 4
    largest = values.set_index(["layernorm", "precision"])["error"]
    assert largest["corrected", "float32"] == pytest.approx(2e-7 * 1.4)
    text = " ".join(text.get_text() for text in texts_of(scheme.draw(values, figure("figure_06"))))
    for number in ("6 \\cdot 10^{-16}", "3 \\cdot 10^{-7}", "1 \\cdot 10^{-2}", MODEL):
        assert number in text


def test_the_scheme_has_all_tensors_and_every_kind_of_node() -> None:
    text = [text.get_text() for text in texts_of(scheme.draw(scheme_values(), figure("figure_06")))]
    names = ["$z$", *(f"$z_{number}$" if number < 10 else f"$z_{{{number}}}$" for number in range(1, 13))]
    assert [text.count(name) for name in names] == [1] * 13
    looks = [look for _, _, look in scheme.BOXES.values()]
    assert [looks.count(look) for look in (scheme.NONLINEAR, scheme.REDUCING, scheme.UNREACHED)] == [2, 2, 4]


def test_arrows_of_the_scheme_end_at_boxes() -> None:
    for start, end in (*scheme.WALKED, *scheme.BEHIND):
        (x, y), (to_x, to_y) = scheme.BOXES[start][0], scheme.BOXES[end][0]
        assert to_y > y or (to_y == y and to_x < x), f"{start} → {end} would point backwards"


def test_the_overview_shows_one_picture_with_maps_and_what_is_near_to_one_probe() -> None:
    values = overview_values()
    maps, found = (values[values["block"] == block] for block in (overview.MAPS, overview.FOUND))
    assert set(maps["probe"]) == {0} and set(found["probe"]) == {0}
    assert len(maps[maps["part"] == "picture"]) == 1
    assert len(found) == 1 + 4 * 3
    white = encode(np.full((64, 64, 3), 255, dtype=np.uint8))
    assert white not in set(found["png"])


def test_the_features_of_the_maps_are_those_that_pictures_are_found_by() -> None:
    text = [text.get_text() for text in texts_of(overview.draw(overview_values(), figure("figure_01")))]
    assert [name for name in ("animal", "pattern", "location", "colour") if name in text] == [
        *("animal", "pattern", "location")
    ]


def test_what_the_representation_does_not_hold_is_said_in_both_places() -> None:
    values = overview_values(pattern=0.02)
    text = [text.get_text() for text in texts_of(overview.draw(values, figure("figure_01")))]
    assert "pattern (not held by z)" in text
    assert sum("not held by z" in words for words in text) == 2


def test_pictures_found_by_other_features_are_shown_where_no_map_has_theirs() -> None:
    tables = [heatmap_table(MODEL), held_table(MODEL, {"animal": 0.5}), found_table(("fabric", "shape"))]
    spec = figure("figure_01")
    drawn = overview.draw(overview.values(pd.concat(tables, ignore_index=True), spec), spec)
    text = [text.get_text() for text in texts_of(drawn)]
    assert "fabric" in text and "shape" in text
