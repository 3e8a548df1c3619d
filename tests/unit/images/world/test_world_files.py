"""Tables of scenes as files, and tables that cannot be drawn."""

from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.images.world import files
from vitatlas.images.world.check import check
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.waterbirds import draw_waterbirds

SCENES = draw(WorldSettings(), "train", 200, 0)


def test_scenes_are_the_same_after_being_written(tmp_path: Path) -> None:
    for name, scenes in {"world": SCENES, "birds": draw_waterbirds(0.9, "test", 30, 0)}.items():
        files.write(scenes, tmp_path / name)
        pd.testing.assert_frame_equal(files.read(tmp_path / name), scenes)


def test_a_file_that_is_no_table_of_scenes_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no table of scenes"):
        files.read(tmp_path / "absent.parquet")
    (tmp_path / "text").write_text("no table")
    with pytest.raises(UserError, match="no table of scenes"):
        files.read(tmp_path / "text")
    SCENES.drop(columns="noise").to_parquet(tmp_path / "less")
    with pytest.raises(UserError, match=r"lacks noise[\s\S]*less"):
        files.read(tmp_path / "less")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("category", "dragon", "category 'dragon'"),
        ("color", "red ", "color 'red '"),
        ("split", "tests", "split 'tests'"),
        ("tilt", 2.0, "tilt 2.0"),
        ("background", 32, "background outside"),
        ("shift_x", 1.5, "shift_x outside"),
        ("brightness", -17, "brightness outside"),
        ("noise", -1, "noise outside"),
    ],
)
def test_a_value_that_cannot_be_drawn_is_named(column: str, value: object, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check(SCENES.head(5).assign(**{column: value}))


def test_tables_without_rows_and_trios_with_a_place_are_refused() -> None:
    with pytest.raises(UserError, match="empty"):
        check(SCENES.head(0))
    with pytest.raises(UserError, match="three objects"):
        check(SCENES[SCENES["count"] == "many"].assign(row="top"))
