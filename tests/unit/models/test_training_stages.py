from __future__ import annotations

import pytest
import torch
from model_kinds import KINDS, images, small_model

from vitatlas.errors import UserError
from vitatlas.models.stages import freeze, reinitialise, rest, stem


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("blocks", [0, 2, 3])
def test_stem_and_rest_make_the_whole(kind: str, blocks: int) -> None:
    model = small_model(kind)
    with torch.no_grad():
        assert torch.equal(rest(model, stem(model, images(kind), blocks), blocks), model(images(kind)))


def test_freezing_leaves_a_gradient_to_the_later_blocks_the_norm_and_the_head_only() -> None:
    model = small_model("plain")
    freeze(model, 2)
    trained = {name for name, value in model.named_parameters() if value.requires_grad}
    assert trained == {name for name, _ in model.named_parameters() if name.startswith(TRAINED)}


TRAINED = ("backbone.blocks.2.", "backbone.norm.", "head.")


def test_freezing_nothing_trains_everything() -> None:
    model = small_model("plain")
    freeze(model, 0)
    assert all(value.requires_grad for value in model.parameters())


def test_reinitialising_replaces_the_last_blocks_only() -> None:
    model, fresh = small_model("plain"), small_model("plain", seed=5)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    reinitialise(model, fresh, 1)
    for name, value in model.state_dict().items():
        wanted = fresh.state_dict() if name.startswith("backbone.blocks.2.") else before
        assert torch.equal(value, wanted[name]), name


def test_more_blocks_than_there_are() -> None:
    model = small_model("plain")
    with pytest.raises(UserError, match=r"4 blocks are to be frozen, but the model has 3[\s\S]*choose 0 to 3"):
        freeze(model, 4)
    with pytest.raises(UserError, match="4 blocks are to be drawn anew"):
        reinitialise(model, model, 4)
