"""Heads on single tokens, and heads from files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from encoder_kinds import encoder_entry, pictures
from last_layer_networks import WITHOUT, headed

from vitatlas.errors import UserError
from vitatlas.features.last_layer.head import Head, with_head
from vitatlas.features.last_layer.patches import patch_sites, see_patches
from vitatlas.models.encoder import build_encoder
from vitatlas.models.weights import save_safetensors


@pytest.mark.parametrize("kind", ["vit", "clip", "deit", "dinov2", "dinov2_registers", "convit", "pit"])
@torch.no_grad()
def test_the_head_on_the_class_token_is_the_network(kind: str) -> None:
    encoder = headed(kind)
    images = pictures(encoder.side)
    features = encoder.features(images)
    torch.testing.assert_close(Head(encoder).of_tokens(features[:, 0]), encoder.logits(images), rtol=1e-6, atol=1e-6)  # type: ignore[call-overload]


@pytest.mark.parametrize("kind", ["deit_distilled", "pit_distilled"])
@torch.no_grad()
def test_two_heads_read_one_token_with_the_mean_of_their_logits(kind: str) -> None:
    encoder = headed(kind)
    token = torch.randn(3, encoder.backbone.embed_dim)
    both = (encoder.backbone.head(token) + encoder.backbone.head_dist(token)) / 2
    torch.testing.assert_close(Head(encoder).of_tokens(token), both)


@pytest.mark.parametrize("kind", ["swin", "twins_pcpvt", "twins_svt", "resnet", "densenet"])
@torch.no_grad()
def test_of_pooled_models_with_a_linear_head_the_mean_over_patches_is_the_network(kind: str) -> None:
    """Logits are linear in the patches; so is the mean of the logits of all of them."""
    encoder = headed(kind)
    images = pictures(encoder.side)
    head, of, seen = Head(encoder), patch_sites(encoder), {}
    see_patches(encoder, images, of, [of.depth], lambda number, found: seen.update({number: found.flatten(1, 2)}))
    tokens = seen[of.depth]
    each = head.of_tokens(tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2])
    torch.testing.assert_close(each.mean(1), encoder.logits(images), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(head.of_tokens(tokens.mean(1)), encoder.logits(images), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_the_mean_of_one_token_is_that_token() -> None:
    encoder = headed("vit")
    tokens = torch.randn(4, 1, 24)
    head = Head(encoder)
    assert torch.equal(head.of_tokens(tokens.mean(1)), head.of_tokens(tokens[:, 0]))


@torch.no_grad()
def test_a_head_behind_a_norm_reads_positions_one_by_one() -> None:
    encoder = headed("maxvit")
    token = torch.randn(5, 32)
    head = encoder.backbone.head
    expected = head.fc(head.pre_logits(head.flatten(head.norm(token[:, :, None, None]))))
    torch.testing.assert_close(Head(encoder).of_tokens(token), expected)


def test_patches_of_three_resolutions_cannot_be_read_one_by_one() -> None:
    assert "three resolutions" in str(Head(headed("coat")).obstacle())
    assert all(Head(headed(kind)).obstacle() is None for kind in WITHOUT if kind != "coat")


def test_an_encoder_without_a_head_is_refused() -> None:
    with pytest.raises(UserError, match="has no head") as caught:
        Head(build_encoder(encoder_entry("clip"), seed=0).eval())
    assert "`head`" in str(caught.value)


def test_the_head_of_a_file_takes_the_place_of_the_own_one(tmp_path: Path) -> None:
    path = tmp_path / "head.safetensors"
    save_safetensors(path, {"weight": torch.zeros(5, 24), "bias": torch.arange(5.0)}, {})
    encoder = with_head(headed("vit"), [path])
    head = Head(encoder)
    assert head.classes == 5
    assert torch.equal(head.of_tokens(torch.randn(2, 24)), torch.arange(5.0).expand(2, 5))
    assert with_head(headed("vit"), []).classifier is None


@pytest.mark.parametrize(
    ("state", "match"),
    [
        ({"weight": torch.ones(5, 9), "bias": torch.ones(5)}, "of width 9, and the encoder's have 24"),
        ({"weight": torch.ones(5, 24)}, "no linear head: it has weight"),
        ({"weight": torch.ones(5, 24), "bias": torch.ones(4)}, "no linear head"),
    ],
)
def test_files_without_a_fitting_head_are_refused(tmp_path: Path, state: dict[str, torch.Tensor], match: str) -> None:
    save_safetensors(tmp_path / "head.safetensors", state, {})
    with pytest.raises(UserError, match=match) as caught:
        with_head(headed("vit"), [tmp_path / "head.safetensors"])
    assert "head.safetensors" in str(caught.value.where)
