"""Maps of a class's logit: shares of all heads, from a block on, and methods that a network has not."""

from __future__ import annotations

import pytest
import torch
from decomposed import encoder, images_of, shared
from planted_heads import values_at

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.decompose.logits import class_directions
from vitatlas.components.segment.foreground import enlarged
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.components.segmentation.methods import METHODS, logit_map

CLASSES = torch.tensor([3, 1])
KINDS = ("vit", "swin", "maxvit")


@pytest.mark.parametrize("kind", KINDS)
def test_the_map_is_the_sum_of_all_heads_shares_at_the_size_of_the_picture(kind: str) -> None:
    of = Decomposer(shared(kind))
    images = images_of(of.encoder)
    directions, _ = class_directions(of.encoder, of.encoder(images), CLASSES)
    total = torch.zeros(len(images), of.encoder.side, of.encoder.side, dtype=torch.float64)
    for number, component in enumerate(of.components):
        if component.kind == "head":
            one = token_shares(of, images, {number: directions})[number]
            total += enlarged(one.maps, (of.encoder.side, of.encoder.side))
    torch.testing.assert_close(logit_map(of, images, CLASSES), total)


def test_heads_before_the_first_block_do_not_count() -> None:
    planted = encoder("vit")
    images = images_of(planted)
    with values_at(planted, 0, 1):
        first = logit_map(Decomposer(planted), images, CLASSES)
        later = logit_map(Decomposer(planted, "block.1"), images, CLASSES)
    difference = (first - later).abs()
    assert float(difference[:, :8, :8].min()) > 0, "the first patch, where the first block's values sit"
    assert float(difference[:, 16:, 16:].max()) < 1e-12


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_methods_segment_at_the_size_of_the_picture_where_they_are_defined(kind: str, method: str) -> None:
    of = Decomposer(encoder(kind))
    images = images_of(of.encoder)
    if method == "chefer" and kind != "vit":
        with pytest.raises(UndefinedError):
            METHODS[method](of, images, CLASSES)
        return
    classes = torch.arange(5)
    found = METHODS[method](of, images[:1].expand(5, -1, -1, -1), classes)
    assert found.saliency.shape == found.foreground.shape == (5, of.encoder.side, of.encoder.side)
    assert float(found.saliency.min()) >= 0 and float(found.saliency.max()) == pytest.approx(1)
    assert len({tuple(one.flatten().tolist()) for one in found.saliency}) > 1, "of the class's logit"
