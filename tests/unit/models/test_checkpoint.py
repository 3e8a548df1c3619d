"""Checkpoints of other programs: levels and prefixes, in any combination."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.errors import UserError
from vitatlas.models.checkpoint import LEVELS, WRAPPERS, of_backbone, weights_of
from vitatlas.models.weights import read_weights

STATE = {"cls_token": torch.ones(1), "blocks.0.attn.proj.weight": torch.ones(2, 2), "norm.bias": torch.zeros(2)}


@given(wrappers=st.lists(st.sampled_from(WRAPPERS), max_size=3), inner=st.lists(st.sampled_from(WRAPPERS), max_size=2))
def test_prefixes_are_taken_off_in_any_order(wrappers: list[str], inner: list[str]) -> None:
    around, within = "".join(wrappers), "".join(inner)
    assert of_backbone({around + key: value for key, value in STATE.items()}) == STATE
    with_head = {f"{around}backbone.{within}{key}": value for key, value in STATE.items()}
    assert of_backbone({**with_head, f"{around}head.mlp.0.weight": torch.ones(3)}) == STATE


def test_what_stands_beside_wrapped_weights_is_left_out() -> None:
    """The counter of averaged models."""
    wrapped = {f"module.{key}": value for key, value in STATE.items()}
    assert of_backbone({**wrapped, "n_averaged": torch.tensor(3)}) == STATE


def test_the_image_tower_of_a_saved_clip_is_found() -> None:
    towers = {f"visual.backbone.{key}": value for key, value in STATE.items()}
    texts = {f"text.transformer.{number}.weight": torch.ones(1) for number in range(20)}
    assert of_backbone({**towers, **texts, "logit_scale": torch.ones(())}) == STATE


@given(levels=st.lists(st.sampled_from(LEVELS), max_size=3))
def test_levels_are_unwrapped(levels: list[str]) -> None:
    content: object = STATE
    for level in levels:
        content = {level: content, "epoch": 3, "optimizer": {"state": {}, "param_groups": []}}
    assert weights_of(content, "a.pth") == STATE


@pytest.mark.parametrize(
    ("preferred", "other"), [("model_ema", "model"), ("state_dict_ema", "state_dict"), ("teacher", "student")]
)
def test_averaged_weights_are_preferred(preferred: str, other: str) -> None:
    found = weights_of({other: {"a": torch.zeros(1)}, preferred: {"a": torch.ones(1)}}, "a.pth")
    assert found["a"] == 1
    assert weights_of({other: {"a": torch.zeros(1)}, preferred: None}, "a.pth")["a"] == 0


def test_the_state_of_an_optimizer_is_refused_as_such(tmp_path: Path) -> None:
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([parameter])
    parameter.sum().backward()
    optimizer.step()
    torch.save(optimizer.state_dict(), tmp_path / "w.pth")
    with pytest.raises(UserError, match=r"state of an optimizer[\s\S]*w\.pth[\s\S]*state_dict\(\)"):
        read_weights(tmp_path / "w.pth")


def test_options_of_the_training_program_do_not_hinder(tmp_path: Path) -> None:
    torch.save({"state_dict": STATE, "args": argparse.Namespace(lr=0.1, model="vit")}, tmp_path / "w.pth")
    assert read_weights(tmp_path / "w.pth").keys() == STATE.keys()


def test_a_whole_model_is_refused_and_not_executed(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "w.pth")
    with pytest.raises(UserError, match=r"not executed[\s\S]*state dict"):
        read_weights(tmp_path / "w.pth")
