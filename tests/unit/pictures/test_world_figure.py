"""The figure of the picture world."""

import json

import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.images.world.attributes import CATEGORIES, COLORS, LOCATIONS, PATTERNS
from vitatlas.images.world.job import world_pictures
from vitatlas.images.world.spec import WorldPicturesSpec
from vitatlas.jobs.job import parse
from vitatlas.papers import papers
from vitatlas.pictures.artifacts import ArtifactSpec
from vitatlas.pictures.figures import world

COUNTED = {"categories": CATEGORIES, "colours": COLORS, "patterns": PATTERNS, "locations": LOCATIONS}


@pytest.fixture(scope="module")
def figure() -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/pictures.yaml", papers()["pictures"], ZOO)
    found: ArtifactSpec = artifact_spec(registry.artifact("extra_world"), ZOO, "demo")
    return found


@pytest.fixture(scope="module")
def values(figure: ArtifactSpec, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("world") / "table.parquet"
    spec = json.dumps({"side": figure.panels[0].side, "seed": 0})
    world_pictures(parse(WorldPicturesSpec, ["--output", "table", str(path), "--spec", spec]))
    return world.values(pd.read_parquet(path), figure)


def test_the_csv_alone_redraws_the_same_figure(values, figure, tmp_path):
    assert pixels(world.draw(values, figure)) == pixels(world.draw(from_csv(values, tmp_path), figure))


def test_names_are_large_enough_lie_inside_and_overlap_no_others(values, figure):
    drawn = world.draw(values, figure)
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= drawn.bbox.x1 and box.y1 <= drawn.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]


def test_a_reader_meets_every_category_colour_pattern_and_location(values, figure):
    named = " ".join(values.loc[values["block"] == "overview", "name"])
    assert all(word in named for word in (*(name[:-1] for name in CATEGORIES), *COLORS, *PATTERNS, *LOCATIONS))
    assert all(f"{len(words)} {what}" in figure.caption for what, words in COUNTED.items())
    assert "64 × 64 pixels" in figure.caption
