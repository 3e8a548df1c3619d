"""The reference's statistics of norms: what components sum to with them."""

from __future__ import annotations

import pytest
import torch
from decomposed import KINDS, images_of, shared
from torch import Tensor

from vitatlas.components.decompose import Decomposer, error_of, require_exact

EXACT = ("no-last-norm", "maxvit", "maxvit-layer-scale", "maxvit-grid-only")
"""Kinds without a norm on the residual path."""


@torch.no_grad()
@pytest.mark.parametrize(("kind", "channels"), [("vit", -1), ("dinov2", -1), ("avg-norm-first", -1), ("maxvit-rw", 1)])
@pytest.mark.parametrize("policy", ["separate", "uniform"])
def test_components_sum_to_a_norm_of_the_unbiased_deviation(kind: str, channels: int, policy: str) -> None:
    of = shared(kind)
    taken: list[Tensor] = []
    handle = of.backbone.norm.register_forward_hook(lambda _module, args, _output: taken.append(args[0]))
    _, vectors = Decomposer(of, policy=policy, layernorm="reference")(images_of(of))
    handle.remove()
    centred = (taken[0] - taken[0].mean(channels, keepdim=True)).movedim(channels, -1)
    variance = centred.square().sum(-1, keepdim=True) / (centred.shape[-1] - 1)
    normed = centred / (variance + 1e-5).sqrt() * of.backbone.norm.weight + of.backbone.norm.bias
    if kind == "maxvit-rw":
        wanted = normed.mean((1, 2))
    else:
        wanted = normed[:, of.backbone.num_prefix_tokens :].mean(1) if kind == "avg-norm-first" else normed[:, 0]
    torch.testing.assert_close(vectors.sum(1), wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_it_misses_z_by_half_a_channels_share_and_the_check_is_of_the_architecture(kind: str) -> None:
    of = shared(kind)
    decomposer, width = Decomposer(of, layernorm="reference"), of.backbone.num_features
    error = float(error_of(decomposer, images_of(of)).max())
    assert error < 1e-12 if kind in EXACT else 1 / (4 * width) < error < 2 / width
    assert require_exact(decomposer) < 1e-12
    assert decomposer.layernorm == "reference"
