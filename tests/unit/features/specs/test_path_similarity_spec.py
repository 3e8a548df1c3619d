"""The job that follows pictures through the layers gets what the configuration says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[4]


def atlas(**section: Any) -> Any:
    return load_atlas(ROOT, {"tier": "demo", "papers": ["pictures", "features"], "features": section})


def of(model: str) -> SimpleNamespace:
    return SimpleNamespace(model=model, run="0", group="gallery")


def test_top_pictures_and_samples_are_those_that_pictures_are_judged_by() -> None:
    found = atlas(quality={"top": 7, "draws": 123}).features.specs.path_similarity(of("mini-swin"))
    assert (found["top"], found["draws"], found["part"]) == (7, 123, "scored")
    assert found["encoder"]["name"] == "mini-swin" and found["batch"] == 50


@pytest.mark.parametrize("model", ["mini-vit-untrained", "mini-names"])
def test_a_network_without_gallery_is_named_where_its_pictures_are_to_be_made(model: str) -> None:
    with pytest.raises(UserError, match=f"no features of '{model}' are visualised"):
        atlas().features.specs.visualise(of(model))
