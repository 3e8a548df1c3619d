"""What the section `components` names must be there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[4]
MISSING = {"data": "nowhere"}


@pytest.mark.parametrize(
    ("section", "problem", "key"),
    [
        ({"pictures": {"test": MISSING}}, "unknown data set 'nowhere'", "components.pictures.test.data"),
        ({"birds": {"test": MISSING}}, "unknown data set 'nowhere'", "components.birds.test.data"),
        ({"segmentation": {"pictures": MISSING}}, "unknown data set 'nowhere'", "segmentation.pictures.data"),
        ({"ablation": {"pictures": MISSING}}, "unknown data set 'nowhere'", "ablation.pictures.data"),
        ({"segmentation": {"start": {"mini-vitt": "block.1"}}}, "unknown model 'mini-vitt'", "segmentation.start"),
        ({"alignment": {"compared": {"mini-vitt": ["free"]}}}, "unknown model 'mini-vitt'", "alignment.compared"),
        ({"removal": {"training": {"default": {}, "mini-vitt": {}}}}, "unknown model 'mini-vitt'", "removal.training"),
        ({"alignment": {"training": {"tied ": {}}}}, "tied .: Input should be", "alignment.training"),
    ],
)
def test_what_is_not_there_is_named_with_its_key(section: dict[str, Any], problem: str, key: str) -> None:
    with pytest.raises(UserError, match=problem) as error:
        load_atlas(ROOT, {"tier": "paper", "components": section})
    assert key in str(error.value)
