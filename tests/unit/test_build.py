from __future__ import annotations

from pathlib import Path

import pytest
import torch
from model_kinds import GEOMETRIES, entry, images, small_model

from vitatlas.config.load import load_zoo
from vitatlas.config.models import Geometry, ModelEntry, ModelZoo, Preprocessing
from vitatlas.errors import UserError
from vitatlas.models.build import Normalise, OpenBlock, build

timm = pytest.importorskip("timm")  # after vitatlas.models, which makes it importable beside a CPU-only torch


@pytest.fixture(scope="module")
def zoo(root: Path) -> ModelZoo:
    return load_zoo(root / "config" / "models.yaml")


def test_weights_depend_on_the_seed_and_on_nothing_else() -> None:
    first = build(entry("plain"), GEOMETRIES["plain"], seed=3).state_dict()
    torch.rand(7)
    again = build(entry("plain"), GEOMETRIES["plain"], seed=3).state_dict()
    other = build(entry("plain"), GEOMETRIES["plain"], seed=4).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])
    assert not torch.equal(first["backbone.blocks.0.attn.qkv.weight"], other["backbone.blocks.0.attn.qkv.weight"])


def test_building_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    build(entry("plain"), GEOMETRIES["plain"], seed=3)
    assert torch.equal(torch.rand(1), expected)


def test_properties() -> None:
    model = build(entry("registers"), GEOMETRIES["registers"], seed=0)
    assert (model.depth, model.heads, model.width, model.prefix, model.grid) == (3, 3, 24, 3, 4)


@torch.no_grad()
def test_an_open_block_computes_what_timms_block_computes() -> None:
    block = timm.create_model("vit_base_patch14_dinov2", img_size=28, embed_dim=24, depth=1, num_heads=3).blocks[0]
    tokens = torch.randn(2, 5, 24)
    assert torch.equal(OpenBlock(block)(tokens), block(tokens))


@torch.no_grad()
@pytest.mark.parametrize("kind", ["plain", "dinov2"])
def test_the_readout_takes_the_tokens_it_names(kind: str) -> None:
    model, pixels = small_model(kind), images(kind)
    tokens = model.backbone.forward_features(model.normalise(pixels))
    features = tokens[:, 0] if kind == "plain" else torch.cat([tokens[:, 0], tokens[:, 1:].mean(1)], 1)
    expected = features @ model.head.weight.T + model.head.bias
    torch.testing.assert_close(model(pixels), expected)
    assert model.head.in_features == {"plain": 24, "dinov2": 48}[kind]


def test_normalisation_is_by_channel_and_outside_the_state_dict() -> None:
    statistics = Preprocessing(mean=(0.5, 0.4, 0.3), std=(0.2, 0.25, 0.5))
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8).view(1, 3, 1, 1)
    values = Normalise(statistics)(pixels).flatten().tolist()
    assert values == pytest.approx([-0.5 / 0.2, (0.2 - 0.4) / 0.25, (1 - 0.3) / 0.5], abs=1e-6)
    assert not [key for key in small_model("plain").state_dict() if key.startswith("normalise")]


def test_another_normalisation_can_be_assigned() -> None:
    model, pixels = small_model("plain"), images("plain")
    before = model(pixels)
    model.normalise = Normalise(Preprocessing(mean=(0, 0, 0), std=(1, 1, 1))).double()
    assert not torch.allclose(model(pixels), before)


def test_images_that_are_not_uint8_are_refused() -> None:
    with pytest.raises(TypeError, match="uint8"):
        small_model("plain")(images("plain").float())


def test_sincos_positions_tell_patches_apart_and_leave_the_class_token_at_zero() -> None:
    model = build(entry("plain", position_init="sincos2d"), GEOMETRIES["plain"], seed=0)
    positions = model.backbone.pos_embed[0].detach()
    assert torch.equal(positions[0], torch.zeros(24))
    assert positions[1:].abs().max() <= 0.5
    distances = torch.cdist(positions[1:], positions[1:]) + torch.eye(16)
    assert distances.min() > 0.3


def test_every_entry_of_the_zoo_fits_its_geometry(zoo: ModelZoo) -> None:
    for name, model in zoo.models.items():
        with torch.device("meta"):
            classifier = build(model, zoo.geometry(name), seed=0)
        assert classifier.grid == zoo.geometry(name).grid, name


def test_published_entries_agree_with_timm_about_repository_and_statistics(zoo: ModelZoo) -> None:
    published = {name: model for name, model in zoo.models.items() if model.origin == "hub"}
    assert set(published) == {"clip_b16", "clip_b32", "imagenet_b16", "dino_b16", "dinov2_b14", "mae_b16"}
    for name, model in published.items():
        config = timm.get_pretrained_cfg(f"{model.timm}.{str(model.hub).rpartition('.')[2]}")
        assert config is not None, name
        statistics = (model.preprocessing.mean, model.preprocessing.std)
        assert (config.hf_hub_id, config.mean, config.std) == (model.hub, *statistics), name
        assert str(config.license).lower() in str(model.license).lower(), name


def test_the_minis_are_one_network(zoo: ModelZoo) -> None:
    minis = {name: model for name, model in zoo.models.items() if name.startswith("mini-")}
    assert len(minis) == 4
    assert len({(m.timm, str(m.architecture), m.geometry, m.position_init) for m in minis.values()}) == 1


def test_the_stand_in_for_mae_and_dino_has_their_statistics(zoo: ModelZoo) -> None:
    """The reference code analysed these two with other statistics than they were trained with, and no other model."""
    own = {str(zoo.models[name].preprocessing) for name in ("mini-mae", "mae_b16", "dino_b16")}
    assert len(own) == 1
    plain = Preprocessing(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    others = {
        name: model.reference_preprocessing for name, model in zoo.models.items() if model.reference_preprocessing
    }
    assert others == {"mini-mae": plain, "mae_b16": plain, "dino_b16": plain}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"timm": "vit_bse_patch16_224"}, ["vit_bse_patch16_224", "similar", "vit_base_patch16_224"]),
        ({"timm": "vit_base_patch16_224.dino"}, ["tags", "`hub`"]),
        ({"architecture": {"patch_size": 8, "dpeth": 3}}, ["dpeth", "`architecture`"]),
        ({"architecture": {"patch_size": 8, "embed_dim": 25, "num_heads": 3}}, ["divisible", "`architecture`"]),
        ({"architecture": {}}, ["16 px patches", "patches of 8 px"]),
        ({"architecture": {"patch_size": 8, "img_size": 64}}, ["64 px images", "canvas of 32 px"]),
        ({"timm": "resnet18", "architecture": {}}, ["resnet18"]),
        ({"timm": "vit_base_patch16_gap_224", "architecture": {"depth": 1}}, ["class token"]),
        ({"timm": "deit_base_distilled_patch16_224", "architecture": {"depth": 1}}, ["plain vision transformer"]),
    ],
)
def test_an_entry_that_cannot_be_built_says_why(changes: dict, words: list[str]) -> None:
    with pytest.raises(UserError) as error:
        build(entry("plain", **changes), GEOMETRIES["plain"], seed=0)
    for word in words:
        assert word in str(error.value)


def test_a_misspelt_key_of_an_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="readuot"):
        entry("plain", readuot="cls")
    assert isinstance(Geometry(canvas=32, patch=8, object=16, sprite=14), Geometry)
    assert isinstance(entry("plain"), ModelEntry)
