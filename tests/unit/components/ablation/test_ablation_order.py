"""The order in which layers are set to their means."""

from __future__ import annotations

import pytest
import torch
from decomposed import images_of, shared

from vitatlas.components.ablation.order import order_from, with_bias_in_init
from vitatlas.components.decompose import Decomposer


def test_the_last_blocks_mlp_comes_first_and_its_attention_second() -> None:
    order = order_from("last", Decomposer(shared("deit"), together=True).components)
    assert order.names == [
        *("init", "block.2.mlp", "block.2.attention", "block.1.mlp"),
        *("block.1.attention", "block.0.mlp", "block.0.attention"),
    ]
    assert order.ends == [False, False, True, False, True, False, True]


def test_a_block_of_maxvit_goes_from_its_grid_to_its_convolution() -> None:
    order = order_from("last", Decomposer(shared("maxvit"), together=True).components)
    parts = ["grid.mlp", "grid.attention", "window.mlp", "window.attention", "conv"]
    assert order.names[1:6] == [f"stage.1.block.1.{part}" for part in parts]
    assert order.ends[1:6] == [False, False, False, False, True]


def test_from_the_first_layer_on_a_block_ends_with_its_mlp() -> None:
    order = order_from("first", Decomposer(shared("swin"), together=True).components)
    assert order.names[:4] == ["init", "stage.0.block.0.attention", "stage.0.block.0.mlp", "stage.0.block.1.attention"]
    assert order.ends[:4] == [False, False, True, False] and order.ends[-1]


@pytest.mark.parametrize("start", ["last", "first"])
@pytest.mark.parametrize("policy", ["separate", "uniform"])
def test_every_layer_is_there_once_and_a_bias_is_none(start: str, policy: str) -> None:
    of = Decomposer(shared("clip"), policy=policy, together=True)  # type: ignore[arg-type]
    order = order_from(start, of.components)
    assert sorted(order.components) == list(range(1 + len(of.writes)))


@pytest.mark.parametrize("policy", ["separate", "uniform"])
def test_init_takes_the_bias_so_that_the_sum_stays(policy: str) -> None:
    of = Decomposer(shared("swin"), policy=policy, together=True)  # type: ignore[arg-type]
    z, vectors = of(images_of(of.encoder))
    folded = with_bias_in_init(vectors, of.components)
    assert folded.shape[1] == 1 + len(of.writes)
    torch.testing.assert_close(folded.sum(1), z, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(folded[:, 1:], vectors[:, 1 : folded.shape[1]], rtol=0, atol=0)
