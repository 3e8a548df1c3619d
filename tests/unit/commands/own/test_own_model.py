"""A model as it is named on a command line: from the zoo, from a file, from timm."""

from pathlib import Path

import pytest
import torch

from vitatlas.commands.own.model import entry_of
from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.errors import UserError
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.project.load import load_zoo

# isort: split
import timm  # imports torchvision, which needs vitatlas.models first

ZOO = load_zoo(Path(__file__).resolve().parents[4] / "config/models.yaml", own=False)


def encoder(name, entry):
    return ModelZoo(models={name: ModelEntry.model_validate(entry)}).encoder(name)


def test_a_model_of_the_zoo_needs_no_entry():
    assert entry_of("mini-vit", "", ZOO) == ("mini-vit", None)


@pytest.mark.parametrize("given", ["vit_small_patch32_224.augreg_in21k", "dino_b16"])
def test_timms_name_gives_the_entry_that_somebody_would_write(given):
    """The entries of the zoo were written by hand."""
    known = {"vit_small_patch32_224.augreg_in21k": None, "dino_b16": "vit_base_patch16_224.dino"}
    name, entry = entry_of(known[given] or given, "", ZOO)
    config = timm.get_pretrained_cfg(known[given] or given)
    built = encoder(name, entry)
    assert (built.hub, built.encoder.image, built.encoder.resize) == (config.hf_hub_id, 224, 248)
    assert (built.preprocessing.mean, built.preprocessing.std) == (config.mean, config.std)
    assert built.encoder.classes == config.num_classes
    if given in ZOO.models:
        ours = ZOO.encoder(given)
        assert (built.timm, built.hub, built.preprocessing) == (ours.timm, ours.hub, ours.preprocessing)
        assert built.encoder.resize == ours.encoder.resize


@pytest.mark.parametrize(
    ("given", "readout", "classes"),
    [
        ("maxvit_tiny_tf_224.in1k", "mean", 1000),
        ("vit_base_patch16_clip_224.laion2b", "pooled", 0),
        ("vit_base_patch16_clip_224.openai_ft_in1k", "pooled", 1000),
        ("vit_tiny_patch16_224", "pooled", 1000),
    ],
)
def test_readout_and_classes_are_the_familys(given, readout, classes):
    settings = encoder(*entry_of(given, "", ZOO)).encoder
    assert (settings.readout, settings.classes) == (readout, classes)


def test_a_checkpoint_is_loaded_by_its_entry_whatever_its_head(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(timm.create_model("vit_tiny_patch16_224", num_classes=3).state_dict(), "My ViT (2).pth")
    name, entry = entry_of("My ViT (2).pth", "vit_tiny_patch16_224", ZOO)
    assert name == "My-ViT-2" and entry["file"] == "My ViT (2).pth" and entry["origin"] == "file"
    built = build_encoder(encoder(name, entry), seed=0)
    load_encoder(built, entry["file"])
    assert built.width == 192
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert entry_of("../My ViT (2).pth", "vit_tiny_patch16_224", ZOO)[1]["file"] == str(tmp_path / "My ViT (2).pth")


@pytest.mark.parametrize(
    ("architecture", "side", "resize"),
    [
        ("vit_tiny_patch16_224", 96, 106),
        ("vit_tiny_patch16_224", 224, 248),
        ("vit_small_patch14_dinov2", 112, 112),
        ("vit_small_patch14_reg4_dinov2", 70, 70),
        ("deit_tiny_distilled_patch16_224", 64, 71),
        ("vit_base_patch16_clip_224", 64, 67),
    ],
)
def test_a_checkpoint_takes_pictures_of_the_size_that_it_was_trained_on(
    architecture, side, resize, tmp_path, monkeypatch
):
    """timm describes the weights that were published under the name; those of a user may be of other pictures."""
    monkeypatch.chdir(tmp_path)
    small = {"depth": 1, "embed_dim": 24, "num_heads": 2}
    state = timm.create_model(architecture, img_size=side, num_classes=0, **small).state_dict()
    torch.save({"model": {f"module.{key}": value for key, value in state.items()}}, "mine.pth")
    _, entry = entry_of("mine.pth", architecture, ZOO)
    assert (entry["encoder"]["image"], entry["encoder"]["resize"]) == (side, resize)
    load_encoder(build_encoder(encoder("mine", {**entry, "architecture": small}), seed=0), entry["file"])


@pytest.mark.parametrize(
    "architecture", ["resnet18", "vit_tiny_r_s16_p8_224", "pit_ti_224", "swin_tiny_patch4_window7_224"]
)
def test_where_weights_do_not_tell_the_size_it_is_timms(architecture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(timm.create_model(architecture, num_classes=0).state_dict(), "mine.pth")
    assert entry_of("mine.pth", architecture, ZOO)[1]["encoder"]["image"] == 224


@pytest.mark.parametrize(
    ("given", "architecture", "words"),
    [
        ("vit_tiny_patch16_22", "", ["neither a model of the zoo, nor a file", "vit_tiny_patch16_224"]),
        ("vit_tiny_patch16_224.fb", "", ["vit_tiny_patch16_224.augreg_in21k"]),
        ("mini-vitt", "", ["mini-vit"]),
        ("gone.pth", "vit_tiny_patch16_224", ["no such checkpoint", "gone.pth"]),
        ("here.pth", "vit_tiny_patch16_224", ["truncated or damaged", "here.pth"]),
        ("here.pth", "", ["does not say what network", "ARCHITECTURE=vit_tiny_patch16_224"]),
        ("here.pth", "vit_tiny_patch16", ["'vit_tiny_patch16'", "vit_tiny_patch16_224", "ARCHITECTURE"]),
        ("vit_base_patch16_clip_224.openai", "", ["quick-GELU", "vit_base_patch16_clip_quickgelu_224.openai"]),
    ],
)
def test_a_mistake_is_named_with_what_would_do(given, architecture, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.pth").write_bytes(b"")
    with pytest.raises(UserError) as refused:
        entry_of(given, architecture, ZOO)
    assert all(word in str(refused.value) for word in words)
