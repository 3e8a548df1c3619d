from __future__ import annotations

import pytest
import torch
from families import FAMILIES, IMAGE, family
from model_kinds import ZOO, images, network, small_model

from vitatlas.config.models import Backbone, ModelEntry, Preprocessing, zoo_type
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.models.build import Classifier, Normalise, build_backbone
from vitatlas.models.plain import OpenBlock, is_plain

timm = pytest.importorskip("timm")  # after vitatlas.models.build, which makes it importable beside a CPU-only torch


@pytest.mark.parametrize("name", ["plain", *FAMILIES])
def test_weights_depend_on_the_seed_and_on_nothing_else(name: str) -> None:
    entry = network("plain") if name == "plain" else family(name)
    first = build_backbone(entry, IMAGE, seed=3).state_dict()
    torch.rand(7)
    again = build_backbone(entry, IMAGE, seed=3).state_dict()
    other = build_backbone(entry, IMAGE, seed=4).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_building_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    build_backbone(network("plain"), IMAGE, seed=3)
    assert torch.equal(torch.rand(1), expected)


@torch.no_grad()
@pytest.mark.parametrize("name", FAMILIES)
def test_a_backbone_of_any_family_turns_images_into_features(name: str) -> None:
    backbone = build_backbone(family(name), IMAGE, seed=0).eval()
    pixels = Normalise(family(name).preprocessing)(images("plain"))
    features = backbone(pixels)
    assert features.shape == (3, backbone.num_features)
    assert not torch.equal(features[0], features[1])
    assert is_plain(backbone) == (name == "vit")


def test_an_entry_of_any_family_needs_only_what_every_paper_needs() -> None:
    class Extra(Strict):
        depth_of_features: int

    zoo = zoo_type({"another": (None, Extra)})
    entry = {"title": "A CNN", **family("resnet").model_dump()}
    found = zoo.model_validate({"models": {"a": entry, "b": {**entry, "another": {"depth_of_features": 3}}}})
    assert found.models["a"].backbone == family("resnet")
    assert found.annex_of("b", "another").depth_of_features == 3
    with pytest.raises(UserError, match=r"model 'a' has no section 'another'[\s\S]*models\.a\.another"):
        found.annex_of("a", "another")
    with pytest.raises(UserError, match="no section 'another'"):
        found.annex("another")


@torch.no_grad()
@pytest.mark.parametrize("classes", [2, 7])
def test_the_number_of_classes_is_an_argument(classes: int) -> None:
    backbone = build_backbone(network("plain"), IMAGE, seed=0)
    assert is_plain(backbone)
    model = Classifier(backbone, network("plain").preprocessing, classes=classes)
    assert model(images("plain")).shape == (3, classes)


def test_properties() -> None:
    backbone = build_backbone(network("registers"), IMAGE, seed=0)
    assert is_plain(backbone)
    model = Classifier(backbone, network("registers").preprocessing, classes=2)
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
    backbone = build_backbone(network("plain", position_init="sincos2d"), IMAGE, seed=0)
    positions = backbone.get_parameter("pos_embed")[0].detach()
    assert torch.equal(positions[0], torch.zeros(24))
    assert positions[1:].abs().max() <= 0.5
    distances = torch.cdist(positions[1:], positions[1:]) + torch.eye(16)
    assert distances.min() > 0.3


def test_published_entries_agree_with_timm_about_repository_and_statistics() -> None:
    published = {name: model for name, model in ZOO.models.items() if model.origin == "hub"}
    assert {"clip_b16", "clip_b32", "imagenet_b16", "dino_b16", "dinov2_b14", "mae_b16", "swin_base"} <= set(published)
    for name, model in published.items():
        config = timm.get_pretrained_cfg(f"{model.timm}.{str(model.hub).rpartition('.')[2]}")
        assert config is not None, name
        statistics = (model.preprocessing.mean, model.preprocessing.std)
        assert (config.hf_hub_id, config.mean, config.std) == (model.hub, *statistics), name
        assert str(config.license).lower() in str(model.license).lower(), name


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"timm": "vit_bse_patch16_224"}, ["vit_bse_patch16_224", "similar", "vit_base_patch16_224"]),
        ({"timm": "resnet81"}, ["resnet81", "similar", "resnet18"]),
        ({"timm": "vit_base_patch16_224.dino"}, ["tags", "`hub`"]),
        ({"architecture": {"patch_size": 8, "dpeth": 3}}, ["dpeth", "`architecture`"]),
        ({"timm": "resnet18", "architecture": {"depth": 3}}, ["resnet18", "depth", "`architecture`"]),
        ({"timm": "resnet18", "architecture": {}, "position_init": "sincos2d"}, ["resnet18", "`position_init`"]),
    ],
)
def test_an_entry_that_cannot_be_built_says_why(changes: dict, words: list[str]) -> None:
    with pytest.raises(UserError) as error:
        build_backbone(network("plain", **changes), IMAGE, seed=0)
    for word in words:
        assert word in str(error.value)


def test_heads_that_do_not_share_the_width_are_refused_before_a_network_is_built() -> None:
    with pytest.raises(ValueError, match=r"architecture\.num_heads: 3 heads cannot share embed_dim 25"):
        network("plain", architecture={"patch_size": 8, "embed_dim": 25, "num_heads": 3})


def test_a_misspelt_key_of_an_entry_is_refused() -> None:
    backbone = network("plain").model_dump()
    assert isinstance(ModelEntry.model_validate({"title": "plain", **backbone}), Backbone)
    with pytest.raises(ValueError, match="preprocesing"):
        ModelEntry.model_validate({"title": "plain", **backbone, "preprocesing": {}})
