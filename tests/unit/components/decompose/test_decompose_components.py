"""Names and numbers of components: in order of execution, as many as are published."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from decomposed import KINDS, images_of, shared, starts
from encoder_kinds import STATISTICS

from vitatlas.components.decompose import Decomposer, table
from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import Encoder, build_encoder

CLS, MEAN = {"image": 224, "readout": "cls"}, {"image": 224, "readout": "mean"}
CLIP = {"image": 224, "readout": "projected", "projection": 512}


def published(name: str, settings: dict[str, Any]) -> Encoder:
    """An architecture of the paper, without weights."""
    values = {"timm": name, "origin": "none", "preprocessing": STATISTICS, "encoder": settings}
    with torch.device("meta"):
        return build_encoder(EncoderEntry.model_validate(values), seed=0).eval()


@pytest.mark.parametrize(
    ("name", "settings", "start", "count"),
    [
        ("deit_base_patch16_224", CLS, "block.7", 65),
        ("vit_base_patch16_224", CLS, "block.7", 65),
        ("vit_base_patch14_dinov2", {**CLS, "image": 518}, "block.7", 65),
        ("vit_base_patch16_clip_224", CLIP, "block.7", 65),
        ("swin_base_patch4_window7_224", MEAN, "stage.2.block.14", 134),
        ("maxvit_small_tf_224", MEAN, "stage.2.block.3", 156),
    ],
)
def test_as_many_as_the_paper_has_beside_init_and_bias(name: str, settings: Any, start: str, count: int) -> None:
    of = published(name, settings)
    kinds = [component.kind for component in Decomposer(of, start).components]
    assert kinds[0] == "init" and kinds[-1] == "bias" and len(kinds) == count + 2
    assert set(kinds[1:-1]) == {"head", "mlp"} | ({"conv"} if name.startswith("maxvit") else set())
    assert [component.kind for component in Decomposer(of, start, "uniform").components] == kinds[:-1]


def test_the_papers_counts_of_whole_layers() -> None:
    """Ten of ViTs, twelve of Swin, twenty of MaxViT."""
    counts = {
        ("deit_base_patch16_224", "block.7"): 10,
        ("swin_base_patch4_window7_224", "stage.2.block.14"): 12,
        ("maxvit_small_tf_224", "stage.2.block.3"): 20,
    }
    for (name, start), count in counts.items():
        of = published(name, MEAN)
        assert len(Decomposer(of, start, together=True).components) == count + 2


def test_names_of_a_plain_transformer() -> None:
    names = [component.name for component in Decomposer(shared("vit"), "block.1").components]
    heads = [[f"block.{block}.head.{head}" for head in range(3)] for block in (1, 2)]
    assert names == ["init", *heads[0], "block.1.mlp", *heads[1], "block.2.mlp", "bias"]


def test_names_of_hierarchical_networks_are_in_order_of_execution() -> None:
    names = [component.name for component in Decomposer(shared("maxvit"), "stage.1.block.1", together=True).components]
    layers = ["conv", "window.attention", "window.mlp", "grid.attention", "grid.mlp"]
    assert names == ["init", *(f"stage.1.block.1.{layer}" for layer in layers), "bias"]
    names = [component.name for component in Decomposer(shared("swin"), "stage.0.block.1").components]
    assert names[1:7] == [
        *("stage.0.block.1.head.0", "stage.0.block.1.mlp"),
        *("stage.1.block.0.head.0", "stage.1.block.0.head.1", "stage.1.block.0.mlp", "stage.1.block.1.head.0"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_as_many_vectors_as_components_and_layers_are_numbered_from_where_it_begins(kind: str) -> None:
    of = shared(kind)
    for start in starts(of):
        for together in (False, True):
            decomposer = Decomposer(of, start, together=together)
            assert decomposer(images_of(of))[1].shape == (2, len(decomposer.components), of.width)
            layers = [component.layer for component in decomposer.components[1:-1]]
            assert sorted(set(layers)) == list(range(max(layers) + 1)) and layers == sorted(layers)
            names = [component.name for component in decomposer.components]
            assert len(set(names)) == len(names)


def test_the_table_has_a_row_per_component() -> None:
    decomposer = Decomposer(shared("maxvit"))
    rows = table(decomposer.components)
    assert list(rows) == ["component", "name", "kind", "subkind", "stage", "block", "layer", "head"]
    assert list(rows["component"]) == list(range(len(decomposer.components)))
    (row,) = rows[rows["name"] == "stage.1.block.1.grid.head.1"].to_dict("records")
    assert (row["kind"], row["subkind"], row["stage"], row["block"], row["head"]) == ("head", "grid", 1, 1, 1)
    ends = rows[rows["kind"].isin(["init", "bias"])]
    assert (ends[["stage", "block", "layer", "head"]] == -1).all(axis=None) and list(ends["component"]) == [
        0,
        len(rows) - 1,
    ]


def test_a_layer_without_heads_has_no_projection() -> None:
    decomposer = Decomposer(shared("vit"))
    assert decomposer.projection_of(0).shape == (3, 24, 1, 8)
    with pytest.raises(ValueError, match="layer 1 has no heads"):
        decomposer.projection_of(1)
