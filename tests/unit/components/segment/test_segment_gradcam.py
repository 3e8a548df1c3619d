"""Grad-CAM's map in every family; against a library in `tests/oracle/test_gradcam.py`."""

from __future__ import annotations

import pytest
import torch
from encoder_kinds import encoder_entry, pictures, stirred
from torch import nn

from vitatlas.components.segment.gradcam import gradcam
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.sites import CompiledError, patch, read

CLASSES = torch.tensor([4, 1])
GRIDS = {"vit": (4, 4), "deit_distilled": (4, 4), "clip": (2, 2), "dinov2_registers": (2, 2), "swin": (4, 4)}
GRIDS["maxvit"] = (7, 7)


def small(kind: str) -> Encoder:
    """An encoder with random weights, in float64; those that have no head get a linear probe."""
    encoder = build_encoder(encoder_entry(kind), seed=0)
    if not encoder.entry.encoder.classes:
        torch.manual_seed(1)
        encoder.classifier = nn.Linear(encoder.width, 6)
    stirred(encoder).double()
    return encoder


@pytest.mark.parametrize("kind", GRIDS)
def test_the_map_has_the_networks_grid(kind: str) -> None:
    encoder = small(kind)
    found = gradcam(encoder, pictures(encoder.side), CLASSES)
    assert found.shape == (2, *GRIDS[kind])
    assert (found >= 0).all() and (found > 0).any()


@pytest.mark.parametrize("kind", ["vit", "dinov2_registers", "clip"])
def test_the_map_is_of_gradients_at_patches_by_finite_differences(kind: str) -> None:
    """Every patch's vector is moved by the same step along one channel: that gives the sum of its gradients."""
    encoder = small(kind)
    images, step, site = pictures(encoder.side), 1e-5, "block.1.attn.in"
    prefix = encoder.backbone.num_prefix_tokens
    weights = torch.zeros(2, encoder.backbone.embed_dim, dtype=torch.float64)

    def logits(channel: int, size: float) -> torch.Tensor:
        change = torch.zeros(encoder.backbone.embed_dim, dtype=torch.float64)
        change[channel] = size

        def moved(tokens: torch.Tensor) -> torch.Tensor:
            return torch.cat([tokens[:, :prefix], tokens[:, prefix:] + change], 1)

        with patch(encoder, {site: moved}):
            return encoder.logits(images)[torch.arange(2), CLASSES]

    with torch.no_grad():
        for channel in range(weights.shape[1]):
            weights[:, channel] = (logits(channel, step) - logits(channel, -step)) / (2 * step)
        with read(encoder, [site]) as seen:
            encoder(images)
    patches = seen[site][:, prefix:]
    expected = (patches @ weights[..., None]).squeeze(-1).clamp(min=0) / patches.shape[1]
    found = gradcam(encoder, images, CLASSES)
    torch.testing.assert_close(found.flatten(1), expected, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("kind", ["vit", "swin", "maxvit"])
def test_a_frozen_network_gives_the_same_and_stays_as_it_was(kind: str) -> None:
    encoder = small(kind)
    images = pictures(encoder.side)
    expected = gradcam(encoder, images, CLASSES)
    encoder.requires_grad_(False)
    with torch.no_grad():
        found = gradcam(encoder, images, CLASSES)
    torch.testing.assert_close(found, expected)
    assert not found.requires_grad
    assert not any(module._forward_hooks for module in encoder.modules())


@pytest.mark.parametrize("kind", ["vit", "swin", "maxvit"])
def test_pictures_do_not_touch_each_other(kind: str) -> None:
    encoder = small(kind)
    images = pictures(encoder.side)
    alone = [gradcam(encoder, images[row : row + 1], CLASSES[row : row + 1]) for row in (0, 1)]
    torch.testing.assert_close(gradcam(encoder, images, CLASSES), torch.cat(alone))


def test_the_class_makes_the_map() -> None:
    encoder = small("vit")
    images = pictures(encoder.side)
    one, other = (gradcam(encoder, images, classes) for classes in (CLASSES, CLASSES.flip(0)))
    assert (one - other).abs().max() > 0.1 * one.max()


@pytest.mark.parametrize("kind", ["convit", "resnet", "coat_lite"])
def test_another_family_is_refused_by_name(kind: str) -> None:
    encoder = small(kind)
    with pytest.raises(UndefinedError, match=f"Grad-CAM.*{type(encoder.backbone).__name__}"):
        gradcam(encoder, pictures(encoder.side), CLASSES)


def test_a_compiled_network_is_refused() -> None:
    encoder = small("vit")
    encoder.backbone.compile(backend="eager")
    with pytest.raises(CompiledError):
        gradcam(encoder, pictures(encoder.side), CLASSES)


@pytest.mark.parametrize("classes", [[4, 7], [-1, 3]])
def test_a_class_that_the_head_has_not_is_refused(classes: list[int]) -> None:
    encoder = small("vit")
    with pytest.raises(UserError, match="head has classes 0 to 6"):
        gradcam(encoder, pictures(encoder.side), torch.tensor(classes))


def test_classes_are_one_for_each_picture() -> None:
    encoder = small("vit")
    with pytest.raises(ValueError, match="2 pictures"):
        gradcam(encoder, pictures(encoder.side), CLASSES[:1])
