"""Heads on representations that no picture has: on those of pictures they are the encoder's own."""

from __future__ import annotations

import pytest
import torch
from decomposed import KINDS, encoder, images_of, shared
from torch import nn

from vitatlas.components.ablation.head import logits_of

DISTILLED = ("distilled", "distilled-cls")  # two heads on two tokens: `require_head` refuses them
WITH_HEADS = [kind for kind in KINDS if shared(kind).entry.encoder.classes and kind not in DISTILLED]


@pytest.mark.parametrize("kind", WITH_HEADS)
def test_the_own_head_reads_z_as_in_the_network(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    torch.testing.assert_close(logits_of(of, of(images)), of.logits(images), rtol=1e-12, atol=1e-12)


def test_hidden_units_make_logits_no_linear_function_of_z() -> None:
    of = shared("maxvit")
    z = of(images_of(of))
    mean = logits_of(of, z).mean(0)
    assert not torch.allclose(logits_of(of, z.mean(0, keepdim=True))[0], mean, atol=1e-3)


def test_a_classifier_takes_the_place_of_the_own_head() -> None:
    of = encoder("vit")
    of.classifier = nn.Linear(of.width, 3).double()
    z = of(images_of(of))
    assert torch.equal(logits_of(of, z), of.classifier(z))
