from io import BytesIO

import numpy as np
import pytest
from intervention_tables import DIRECTIONS, PROPERTIES, example_table
from PIL import Image

from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLORS

PAPER = Geometry(canvas=224, patch=16, object=32, sprite=24)


def pixels(row):
    return np.asarray(Image.open(BytesIO(row.png))).astype(int)


def box(row, which=""):
    left, top = (row[f"{which}left"], row[f"{which}top"])
    return pixels(row)[top : top + row["box"], left : left + row["box"]]


def hue(row, which=""):
    """The id of the color that the object in a box has."""
    inside = box(row, which)
    colored = inside[(inside < 255).any(axis=2)]
    return int(np.abs(COLORS[:16].astype(int) - colored.mean(axis=0)).sum(axis=1).argmin())


def examples(task, **chosen):
    table = example_table(task)
    for name, value in chosen.items():
        table = table[table[name] == value]
    pictures = {name: group.reset_index(drop=True) for name, group in table.groupby("picture")}
    return [{name: rows.loc[index] for name, rows in pictures.items()} for index in range(len(pictures["base"]))]


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_every_case_has_its_examples_with_three_pictures_each(task):
    table = example_table(task)
    pairs = 2 if task == "rmts" else 1
    assert len(table) == len(PROPERTIES) * len(DIRECTIONS) * pairs * 2 * 3
    assert set(table["picture"]) == {"base", "source", "edited"} and set(table["split"]) == {"test_iid"}
    sizes = table.groupby(["property", "direction", "pair", "picture"]).size()
    assert (sizes == 2).all()


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_edited_picture_is_the_base_with_the_sources_color(task, direction):
    for case in examples(task, property="color", direction=direction):
        base, source, edited = case["base"], case["source"], case["edited"]
        assert hue(edited) == hue(source) != hue(base)
        assert (hue(edited, "partner_") == hue(edited)) == (direction == DIRECTIONS[0])
        assert edited["label"] == 1 - base["label"]
        changed = (pixels(base) != pixels(edited)).any(axis=2)
        left, top, side = base["left"], base["top"], base["box"]
        assert changed.any()
        changed[top : top + side, left : left + side] = False
        assert not changed.any()


def test_boxes_hold_objects_on_the_papers_grid_too():
    table = example_table("discrimination", geometry=PAPER)
    assert set(table["box"]) == {32}
    for _, row in table.iterrows():
        for which in ("", "partner_"):
            assert (box(row, which) < 255).any(axis=2).mean() > 0.1
            assert row[f"{which}left"] % 16 == 0 and row[f"{which}top"] % 16 == 0
