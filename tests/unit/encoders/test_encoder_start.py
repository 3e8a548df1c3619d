"""An encoder that starts from another one's weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from encoder_kinds import encoder_entry, stirred

from vitatlas.encoders.start import start_from
from vitatlas.errors import UserError
from vitatlas.models.encoder import build_encoder
from vitatlas.models.weights import save_safetensors


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Weights of a classifier."""
    path = tmp_path / "vit.safetensors"
    save_safetensors(path, stirred(build_encoder(encoder_entry("vit"), seed=1)).backbone.state_dict(), {})
    return path


def test_all_but_the_head_is_taken_over(labelled: Path) -> None:
    entry = encoder_entry("vit", classes=0, projection=10, readout="projected")
    encoder, other = build_encoder(entry, seed=2), stirred(build_encoder(encoder_entry("vit"), seed=1))
    head = encoder.backbone.head.weight.detach().clone()
    start_from(encoder.backbone, encoder_entry("vit"), labelled)
    assert torch.equal(encoder.backbone.head.weight, head)
    own, theirs = encoder.backbone.state_dict(), other.backbone.state_dict()
    assert all(torch.equal(own[key], theirs[key]) for key in own if not key.startswith("head."))


def test_another_architecture_is_refused_and_nothing_is_changed(labelled: Path) -> None:
    network = build_encoder(encoder_entry("deit"), seed=2).backbone
    network.blocks[0].attn.qkv = torch.nn.Linear(24, 10)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.qkv"):
        start_from(network, encoder_entry("vit"), labelled)
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
