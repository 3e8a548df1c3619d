"""The command that asks about a user's own model: all mistakes are found before anything runs."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from brought_pictures import photo, saved

from vitatlas.components.own.command import Request, prepare
from vitatlas.config.load import OWN_MODELS, own_models
from vitatlas.config.read import read_yaml
from vitatlas.errors import UserError
from vitatlas.project.load import load_config, load_zoo

ROOT = Path(__file__).resolve().parents[4]
ASKED = Request(model="mini-vit", data="holiday", words="words.txt", tier="smoke")
TIMM = "vit_tiny_patch16_224.augreg_in21k"


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout with pictures and words, which is the working directory."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns(OWN_MODELS))
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday/1.jpg").write_bytes(saved(photo(1)))
    (tmp_path / "words.txt").write_text("red\nbird: a bird\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(checkout, prepared):
    """The configuration, as the run reads it."""
    content = read_yaml(checkout / prepared.configuration)
    zoo = load_zoo(checkout / "config/models.yaml")
    config = load_config(checkout / "config", {"tier": prepared.tier, **content}, zoo)
    return content, config.section("components").own


def test_it_writes_a_configuration_that_the_workflow_takes(checkout):
    prepared = prepare(ASKED, checkout)
    assert prepared.configuration == "results/smoke/own/components/holiday-mini-vit.yaml"
    content, own = written(checkout, prepared)
    assert content["data"]["own-holiday"] == {"kind": "flat", "place": str(checkout / "holiday")}
    assert own["holiday-mini-vit"].model == "mini-vit" and own["holiday-mini-vit"].words == str(checkout / "words.txt")
    command = prepared.command("2")
    assert command[-1] == prepared.page == "results/smoke/own/components/holiday-mini-vit.html"
    assert "tier=smoke" in command and prepared.configuration in command
    assert not (checkout / "config" / OWN_MODELS).exists()


def test_a_new_model_gets_an_entry(checkout):
    prepared = prepare(replace(ASKED, model=TIMM, name="tiny", text_model="clip_b16_laion"), checkout)
    assert own_models(checkout / "config")["tiny"]["hub"] == f"timm/{TIMM}"
    _, own = written(checkout, prepared)
    assert (own["holiday-tiny"].model, own["holiday-tiny"].text_model) == ("tiny", "clip_b16_laion")
    again = prepare(replace(ASKED, model="tiny"), checkout)
    assert again.page.endswith("holiday-tiny.html")


def test_a_data_set_of_the_configuration_is_not_written_again(checkout):
    content, own = written(checkout, prepare(replace(ASKED, data="documents"), checkout))
    assert "data" not in content and own["documents-mini-vit"].data == "documents"


def test_a_published_text_model_knows_any_word(checkout):
    (checkout / "words.txt").write_text("zebra\n")
    prepare(replace(ASKED, text_model="clip_b16_laion"), checkout)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "resnet18.a1_in1k"}, ["not defined for timm's ResNet", "VisionTransformer"]),
        ({"model": "vit_base_patch16_siglip_224.webli"}, ["cannot be decomposed: its head pools tokens by `map`"]),
        ({"model": "vit_tiny_patch16_22"}, ["near names", "vit_tiny_patch16_224"]),
        ({"data": "gone"}, ["no folder 'gone'"]),
        ({"words": "gone.txt"}, ["list of words cannot be read", "gone.txt"]),
        ({"words": "empty.txt"}, ["the list holds no words"]),
        ({"words": "zebra.txt"}, ["'mini-clip' is a miniature", "'zebra'", "TEXT_MODEL=clip_b16_laion"]),
        ({"text_model": "mini-vit"}, ["'mini-vit' has no text tower", "clip_b16_laion"]),
        ({"text_model": "clip_b61"}, ["unknown model 'clip_b61'"]),
        ({"tier": "smok"}, ["unknown tier 'smok'"]),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(checkout, changes, words):
    (checkout / "empty.txt").write_text("# none yet\n")
    (checkout / "zebra.txt").write_text("red\nzebra\n")
    with pytest.raises(UserError) as refused:
        prepare(replace(ASKED, **changes), checkout)
    assert all(word in str(refused.value) for word in words)
    assert not (checkout / "results").exists() and not (checkout / "config" / OWN_MODELS).exists()


def test_a_tier_without_the_paper_is_refused_with_those_that_have_it(checkout):
    path = checkout / "config/smoke.yaml"
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**content, "papers": ["relations", "pictures"]}))
    with pytest.raises(UserError, match="the tier 'smoke' does not have the paper 'components'") as refused:
        prepare(ASKED, checkout)
    assert "demo" in refused.value.remedy and "smoke" not in refused.value.remedy
