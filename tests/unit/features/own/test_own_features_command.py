"""The command that shows a user's own model: all mistakes are found before anything runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from brought_pictures import photo, saved

from vitatlas.config.load import OWN_MODELS, own_models
from vitatlas.config.read import read_yaml
from vitatlas.errors import UserError
from vitatlas.features.own.command import Request, prepare
from vitatlas.images.brought.readers import walk
from vitatlas.project.load import load_config, load_zoo

ROOT = Path(__file__).resolve().parents[4]
ASKED = Request(model="mini-vit", data="holiday", tier="demo")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with pictures, which is the working directory."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns(OWN_MODELS))
    for number in range(6):
        path = tmp_path / f"holiday/{'cat' if number % 2 else 'dog'}/{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(saved(photo(number)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_configuration_that_the_workflow_takes(checkout: Path) -> None:
    prepared = prepare(replace(ASKED, layers=3, steps=7), checkout)
    assert prepared.configuration == "results/demo/own/features/holiday-mini-vit.yaml"
    content = read_yaml(checkout / prepared.configuration)
    assert content["data"]["own-holiday"] == {"kind": "folders", "place": str(checkout / "holiday")}
    zoo = load_zoo(checkout / "config/models.yaml")
    own = load_config(checkout / "config", {"tier": "demo", **content}, zoo).section("features").own["holiday-mini-vit"]
    assert (own.model, own.layers, own.units, own.steps) == ("mini-vit", 3, 12, 7)
    assert prepared.command("2")[-1] == prepared.page == "results/demo/own/features/holiday-mini-vit.html"


def test_a_checkpoint_gets_an_entry(checkout: Path) -> None:
    torch.save({"weight": torch.zeros(1)}, checkout / "my.pth")
    prepared = prepare(replace(ASKED, model="my.pth", architecture="resnet18", name="mine"), checkout)
    assert own_models(checkout / "config")["mine"]["file"] == "my.pth" and prepared.page.endswith("holiday-mine.html")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "vit_tiny_patch16_22"}, ["neither a model of the zoo", "vit_tiny_patch16_224"]),
        ({"model": "gone.pth", "architecture": "resnet18"}, ["no such checkpoint", "gone.pth"]),
        ({"model": "there.pth"}, ["does not say what network", "ARCHITECTURE="]),
        ({"model": "mini-scratch"}, ["'mini-scratch' has no key `encoder`"]),
        ({"model": "there.pth", "architecture": "mixer_b16_224"}, ["sites are not defined for MlpMixer"]),
        ({"data": "gone"}, ["no folder 'gone'"]),
        ({"data": "empty"}, ["no pictures in this folder", "empty"]),
        ({"data": "few"}, ["there are 2 pictures", "top 5", "few"]),
        ({"units": 0}, ["units", "the command line"]),
        ({"steps": -1}, ["steps"]),
        ({"tier": "dmeo"}, ["unknown tier 'dmeo'"]),
        ({"tier": "paper"}, ["the weights of 'mini-vit' must be pretrained", "take a model of origin hub"]),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(checkout: Path, changes: dict[str, Any], words: list[str]) -> None:
    (checkout / "empty").mkdir()
    (checkout / "few").mkdir()
    for number in range(2):
        (checkout / f"few/{number}.png").write_bytes(saved(photo(number), "PNG"))
    torch.save({"weight": torch.zeros(1)}, checkout / "there.pth")
    with pytest.raises(UserError) as refused:
        prepare(replace(ASKED, **changes), checkout)
    assert all(word in str(refused.value) for word in words), refused.value
    assert not (checkout / "results").exists() and not (checkout / "config" / OWN_MODELS).exists()


def test_a_folder_that_cannot_be_read_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(walk.os, "scandir", refused)
    with pytest.raises(UserError, match="cannot be read") as told:
        prepare(ASKED, checkout)
    assert "holiday" in str(told.value)


def test_a_tier_without_the_paper_is_refused_with_those_that_have_it(checkout: Path) -> None:
    path = checkout / "config/smoke.yaml"
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**content, "papers": ["relations", "pictures"]}))
    with pytest.raises(UserError, match="does not have the paper 'features'") as refused:
        prepare(replace(ASKED, tier="smoke"), checkout)
    assert "demo" in (refused.value.remedy or "")


def test_a_tier_without_the_paper_is_refused_and_those_with_it_are_named(checkout: Path) -> None:
    path = checkout / "config/smoke.yaml"
    path.write_text(path.read_text().replace("components, features]", "components]", 1))
    with pytest.raises(UserError) as refused:
        prepare(replace(ASKED, tier="smoke"), checkout)
    words = ["the tier 'smoke' does not have the paper 'features'", "take one of: demo, paper"]
    assert all(word in str(refused.value) for word in words), refused.value
