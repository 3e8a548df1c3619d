"""The table of pictures that the figure of the world is drawn from."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import VALUES
from vitatlas.images.world.job import PARTS, world_pictures
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.sheet import overview
from vitatlas.images.world.spec import WorldPicturesSpec
from vitatlas.images.world.waterbirds import GROUPS
from vitatlas.jobs.job import parse

SIDE, SEED = 40, 3


def made(folder: Path, **spec: int) -> pd.DataFrame:
    path = folder / "world.parquet"
    given = json.dumps({"side": SIDE, "seed": SEED, "overview": 5, "parts": 3, "birds": 1, **spec})
    world_pictures(parse(WorldPicturesSpec, ["--output", "table", str(path), "--spec", given]))
    return pd.read_parquet(path)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(tmp_path_factory.mktemp("world"))


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


def test_scenes_stand_with_the_pictures_and_words_that_are_theirs(table: pd.DataFrame) -> None:
    scenes, rows = overview(SEED, 5), table[table["block"] == "overview"]
    for name, scene in zip(rows["name"], scenes.to_dict("records"), strict=True):
        assert f"{scene['color']} {scene['pattern']} {scene['category']}"[:-1] in name
        assert name.startswith("three") == (scene["count"] == "many")
    drawn = Renderer(SIDE)(scenes).permute(0, 2, 3, 1).numpy()
    assert (np.stack([pixels(png) for png in rows["png"]]) == drawn).all()


def test_parts_of_a_scene_are_pieced_together_to_its_picture(table: pd.DataFrame) -> None:
    parts = table[table["block"] == "parts"].set_index(["name", "column"])["png"]
    assert parts.index.get_level_values("name").unique().tolist() == list(PARTS)
    for column in range(3):
        picture, alone, background, mask = (pixels(parts[name, column]) for name in PARTS)
        inside = (mask == 255).all(-1)
        assert ((mask == 0).all(-1) | inside).all() and 0 < inside.mean() < 0.5
        assert (picture[inside] == alone[inside]).all() and (picture[inside] != background[inside]).any()
        untouched = (alone == 0).all(-1) & ~inside
        assert (picture[untouched] == background[untouched]).mean() > 0.99


def test_each_attribute_is_changed_once_and_every_group_of_birds_is_there(table: pd.DataFrame) -> None:
    first, *others = table.loc[table["block"] == "changed", "name"]
    assert first == "none" and [name.split(": ")[0] for name in others] == list(VALUES)
    assert all(value in VALUES[attribute] for attribute, value in (name.split(": ") for name in others))
    assert table.loc[table["block"] == "birds", "name"].tolist() == list(GROUPS)


def test_a_side_that_is_too_small_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too small"):
        made(tmp_path, side=16)
