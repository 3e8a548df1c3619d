"""The networks that are fine-tuned, and those that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from families import FAMILIES, family
from model_kinds import GEOMETRIES, ZOO, images, network, small_model

from vitatlas.config.models import Preprocessing
from vitatlas.errors import UserError
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.config.models import Network, geometry_of, network_of
from vitatlas.relations.finetuning.build import build, load_classifier

OURS = [name for name, entry in ZOO.models.items() if getattr(entry, "relations", None) is not None]
"""The models that this paper can use."""


def test_weights_depend_on_the_seed_and_on_nothing_else() -> None:
    first = build(network("plain"), GEOMETRIES["plain"], seed=3).state_dict()
    torch.rand(7)
    again = build(network("plain"), GEOMETRIES["plain"], seed=3).state_dict()
    other = build(network("plain"), GEOMETRIES["plain"], seed=4).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])
    assert not torch.equal(first["backbone.blocks.0.attn.qkv.weight"], other["backbone.blocks.0.attn.qkv.weight"])


def test_building_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    build(network("plain"), GEOMETRIES["plain"], seed=3)
    assert torch.equal(torch.rand(1), expected)


def test_the_head_answers_different_or_same() -> None:
    with torch.no_grad():
        assert build(network("clip"), GEOMETRIES["clip"], seed=0)(images("clip")).shape == (3, 2)
    assert build(network("clip"), GEOMETRIES["clip"], seed=0).head.bias is None


def test_every_entry_of_this_paper_fits_its_geometry() -> None:
    for name in OURS:
        with torch.device("meta"):
            classifier = build(network_of(ZOO, name), geometry_of(ZOO, name), seed=0)
        assert classifier.grid == geometry_of(ZOO, name).grid, name


def test_the_minis_are_one_network() -> None:
    minis = {name: network_of(ZOO, name) for name in OURS if name.startswith("mini-")}
    assert len(minis) == 4
    assert len({(m.timm, str(m.architecture), m.position_init, m.readout, m.head_bias) for m in minis.values()}) == 1
    assert {ZOO.annex_of(name, "relations").geometry for name in minis} == {"mini"}


def test_the_stand_in_for_mae_and_dino_has_their_statistics() -> None:
    """The reference code analysed these two with other statistics than they were trained with, and no other model."""
    own = {str(ZOO.models[name].preprocessing) for name in ("mini-mae", "mae_b16", "dino_b16")}
    assert len(own) == 1
    plain = Preprocessing(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    others = {name: ZOO.annex_of(name, "relations").reference_preprocessing for name in OURS}
    assert {name: other for name, other in others.items() if other} == {
        "mini-mae": plain,
        "mae_b16": plain,
        "dino_b16": plain,
    }


def test_a_model_without_an_annex_is_refused() -> None:
    other = ZOO.models["mini-mae"].model_copy(update={"relations": None})
    zoo = ZOO.model_copy(update={"models": {"swin_t": other}})
    for needs in (network_of, geometry_of):
        with pytest.raises(UserError, match=r"'swin_t' has no section 'relations'[\s\S]*models\.swin_t\.relations"):
            needs(zoo, "swin_t")


def test_a_geometry_that_the_zoo_lacks_is_named() -> None:
    entry = ZOO.models["mini-mae"]
    annex = ZOO.annex_of("mini-mae", "relations").model_copy(update={"geometry": "min"})
    zoo = ZOO.model_copy(update={"models": {"mini-mae": entry.model_copy(update={"relations": annex})}})
    with pytest.raises(UserError, match=r"unknown geometry 'min'[\s\S]*models\.mini-mae\.relations\.geometry"):
        geometry_of(zoo, "mini-mae")


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "vit"])
def test_other_families_are_refused_in_one_sentence(name: str) -> None:
    other = Network.model_validate(family(name).model_dump())
    with pytest.raises(UserError) as error:
        build(other, GEOMETRIES["plain"], seed=0)
    assert f"'{other.timm}'" in error.value.problem
    assert "'relations'" in error.value.problem
    cause = "it has no class token" if name == "vit_without_class_token" else "it is timm's "
    assert cause in error.value.problem
    assert error.value.remedy


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": {}}, ["16 px patches", "patches of 8 px"]),
        ({"architecture": {"patch_size": 8, "img_size": 64}}, ["64 px images", "canvas of 32 px"]),
        (
            {"timm": "deit_base_distilled_patch16_224", "architecture": {"depth": 1}},
            ["VisionTransformerDistilled", "deit_base_distilled_patch16_224"],
        ),
        ({"timm": "vit_bse_patch16_224"}, ["vit_bse_patch16_224", "similar"]),
    ],
)
def test_a_network_that_cannot_be_built_says_why(changes: dict, words: list[str]) -> None:
    with pytest.raises(UserError) as error:
        build(network("plain", **changes), GEOMETRIES["plain"], seed=0)
    for word in words:
        assert word in str(error.value)


@torch.no_grad()
def test_a_fine_tuned_classifier_survives_a_round_trip(tmp_path: Path) -> None:
    model = small_model("dinov2").float()
    save_safetensors(tmp_path / "best.safetensors", model.state_dict())
    again = load_classifier(network("dinov2"), GEOMETRIES["dinov2"], tmp_path / "best.safetensors")
    assert torch.equal(again(images("dinov2")), model(images("dinov2")))
    assert not again.training


def test_many_misfits_are_counted_not_listed(tmp_path: Path) -> None:
    save_safetensors(tmp_path / "w.safetensors", {"something": torch.ones(1)})
    with pytest.raises(UserError, match=r"; and \d\d more") as error:
        load_classifier(network("plain"), GEOMETRIES["plain"], tmp_path / "w.safetensors")
    assert len(str(error.value)) < 500
