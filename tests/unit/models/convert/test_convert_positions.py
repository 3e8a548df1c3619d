"""Position embeddings of another size are refused, or resampled as transformers does, and the file says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from conversions import Convert, save
from safetensors import safe_open
from torch.nn.functional import interpolate
from transformers_names import as_transformers, network

from vitatlas.errors import UserError
from vitatlas.models.convert.positions import resampled


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return save(tmp_path / "model.safetensors", as_transformers("dinov2", network("dinov2")))


def test_the_checkpoints_own_size_is_taken(checkpoint: Path, converting: Convert) -> None:
    _, done = converting("dinov2", checkpoint)
    assert done.entry.encoder.image == 28
    assert done.changes == []


def test_another_size_is_refused(checkpoint: Path, converting: Convert) -> None:
    with pytest.raises(UserError, match=r"is 1×5×24, timm's pos_embed 1×10×24[\s\S]*--image 28, or --resample"):
        converting("dinov2", checkpoint, image=42)


def test_on_request_they_are_resampled_and_the_file_says_so(
    checkpoint: Path, converting: Convert, tmp_path: Path
) -> None:
    found, done = converting("dinov2", checkpoint, image=42, resample=True)
    own = network("dinov2").backbone.pos_embed
    square = own[:, 1:].reshape(1, 2, 2, 24).permute(0, 3, 1, 2)
    wanted = interpolate(square, size=(3, 3), mode="bicubic", align_corners=False).permute(0, 2, 3, 1).reshape(1, 9, 24)
    assert torch.equal(found.backbone.pos_embed[:, :1], own[:, :1])
    assert torch.equal(found.backbone.pos_embed[:, 1:], wanted)
    assert done.changes[0].startswith("pos_embed: resampled from 2×2 to 3×3 patches")
    with safe_open(tmp_path / "folder/made.safetensors", "pt") as file:
        assert json.loads(file.metadata()["converted"])["changes"] == done.changes


def test_resampling_that_is_not_needed_changes_nothing(checkpoint: Path, converting: Convert) -> None:
    found, done = converting("dinov2", checkpoint, resample=True)
    assert torch.equal(found.backbone.pos_embed, network("dinov2").backbone.pos_embed)
    assert done.changes == []


@pytest.mark.parametrize(("kind", "image"), [("registers", 42), ("deit", 48)])
def test_what_stands_in_front_of_patches_keeps_its_embedding(
    kind: str, image: int, tmp_path: Path, converting: Convert
) -> None:
    given = network(kind).backbone
    path = save(tmp_path / "model.safetensors", as_transformers(kind, network(kind)))
    found = converting(kind, path, image=image, resample=True)[0].backbone
    before = given.pos_embed.shape[1] - given.patch_embed.num_patches
    assert before == {"registers": 0, "deit": 2}[kind]
    assert torch.equal(found.pos_embed[:, :before], given.pos_embed[:, :before])
    assert torch.allclose(found.cls_token, given.cls_token, atol=1e-6)
    assert found.pos_embed.shape[1] == before + found.patch_embed.num_patches > given.pos_embed.shape[1]


def test_rows_stay_rows() -> None:
    """An embedding that tells the row alone still does."""
    rows = torch.arange(4.0).repeat_interleave(4)[None, :, None]
    found = resampled(torch.cat([torch.full((1, 2, 1), 9.0), rows], dim=1), 2, (2, 8))
    assert found.shape == (1, 18, 1)
    assert found[0, :2, 0].tolist() == [9, 9]
    found = found[0, 2:, 0].reshape(2, 8)
    assert torch.allclose(found, found[:, :1].expand(2, 8), atol=1e-5)
    assert found[1, 0] > found[0, 0] + 1
