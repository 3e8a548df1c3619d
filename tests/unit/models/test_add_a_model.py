"""docs/how-to/add-a-model.md, followed to the letter: its entries are built, fetched, loaded, opened and fine-tuned."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from model_kinds import ZOO_TYPE

from vitatlas.config.load import OWN_MODELS, load_zoo
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import merge
from vitatlas.models.download import fetch
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.lock import read_lock
from vitatlas.models.sites import patch, read
from vitatlas.models.weights import load_backbone, save_safetensors
from vitatlas.relations.config.models import geometry_of, network_of
from vitatlas.relations.finetuning.build import build, load_classifier

timm = pytest.importorskip("timm")

NAMES = ("vit_s32", "mini-fine")


@pytest.fixture(scope="module")
def zoo(root: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelZoo:
    """The zoo with the guide's entries added as it says."""
    guide = (root / "docs/how-to/add-a-model.md").read_text()
    own: dict[str, Any] = {}
    for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL):
        own = merge(own, yaml.safe_load(text) if "models:" in text else {})
    folder = tmp_path_factory.mktemp("zoo")
    shutil.copy(root / "config/models.yaml", folder)
    (folder / OWN_MODELS).write_text(yaml.safe_dump(own))
    return load_zoo(folder / "models.yaml", ZOO_TYPE)


def test_the_published_entry_takes_ten_lines_and_agrees_with_timm(root: Path, zoo: ModelZoo) -> None:
    text = re.search(r"```yaml\n(.*?)```", (root / "docs/how-to/add-a-model.md").read_text(), re.DOTALL)
    assert text is not None
    assert len(text[1].splitlines()) <= 10
    entry = zoo.models["vit_s32"]
    config = timm.get_pretrained_cfg(str(entry.hub).removeprefix("timm/"))
    assert (config.hf_hub_id, config.mean, config.std) == (entry.hub, entry.preprocessing.mean, entry.preprocessing.std)
    assert config.license == str(entry.license).lower()


@pytest.mark.parametrize("name", NAMES)
def test_it_works_from_weights_to_sites(zoo: ModelZoo, name: str, tmp_path: Path) -> None:
    network, geometry = network_of(zoo, name), geometry_of(zoo, name)
    model = build(network, geometry, seed=0)
    pixels = torch.randint(0, 256, (2, 3, geometry.canvas, geometry.canvas), dtype=torch.uint8)

    if network.origin == "hub":  # as published: with a head of its own
        state = {**build(network, geometry, seed=1).backbone.state_dict(), "head.weight": torch.ones(100, model.width)}
        save_safetensors(tmp_path / f"{name}.safetensors", state)
        fetch(name, zoo.models[name].backbone, tmp_path / "out.safetensors", source=tmp_path, lock=tmp_path / "lock")
        load_backbone(model.backbone, tmp_path / "out.safetensors")
        assert torch.equal(model.backbone.pos_embed, state["pos_embed"])

    model(pixels).logsumexp(1).sum().backward()
    assert all(value.grad is not None for value in model.parameters())

    save_safetensors(tmp_path / "best.safetensors", model.state_dict())
    trained = load_classifier(network, geometry, tmp_path / "best.safetensors")
    last, tokens = model.depth - 1, 1 + geometry.grid**2
    with torch.no_grad(), read(trained, [f"block.{last}.attn.pattern", "embed"]) as cache:
        logits = trained(pixels)
    assert logits.shape == (2, 2)
    assert cache[f"block.{last}.attn.pattern"].shape == (2, model.heads, tokens, tokens)
    assert cache["embed"].shape == (2, tokens, model.width)
    with torch.no_grad(), patch(trained, {f"block.{last}.resid_mid": lambda value: value.flip(0)}):
        torch.testing.assert_close(trained(pixels), logits.flip(0))


def test_the_two_entries_differ_from_each_other_and_from_the_zoo_in_width_patch_and_depth(zoo: ModelZoo) -> None:
    sizes = {}
    for name in (*NAMES, "mini-scratch"):
        with torch.device("meta"):
            model = build(network_of(zoo, name), geometry_of(zoo, name), seed=0)
        sizes[name] = (model.width, geometry_of(zoo, name).patch, model.depth)
    assert sizes == {"vit_s32": (384, 32, 12), "mini-fine": (96, 4, 4), "mini-scratch": (64, 8, 6)}


def test_an_own_checkpoint_takes_ten_lines_and_encodes_pictures(
    root: Path, zoo: ModelZoo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (root / "docs/how-to/add-a-model.md").read_text()
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "my-swin" in text)
    assert len(text.splitlines()) <= 10
    monkeypatch.chdir(tmp_path)
    entry = zoo.models["my-swin"]
    trained = timm.create_model(entry.timm, num_classes=12).eval()
    Path(entry.file).parent.mkdir(parents=True)
    averaged = {f"module.{key}": value for key, value in trained.state_dict().items()}
    torch.save({"state_dict": {}, "state_dict_ema": averaged, "args": argparse.Namespace(lr=0.1)}, entry.file)
    fetch("my-swin", zoo.published("my-swin"), Path("w.safetensors"), source=Path(entry.file), lock=Path("lock"))
    assert "my-swin" in read_lock(Path("lock"))
    encoder = build_encoder(zoo.encoder("my-swin"), seed=0).eval()
    load_encoder(encoder, "w.safetensors")
    images = torch.randint(256, (1, 3, 224, 224), dtype=torch.uint8)
    with torch.no_grad():
        assert torch.allclose(encoder.logits(images), trained(encoder.normalise(images)), atol=1e-5)
        assert encoder(images).shape == (1, trained.num_features)
