"""Class tokens kept apart, against attention masks, and in planted networks."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
import torch
from encoder_kinds import pictures
from last_layer_networks import DEPTHS, WITH_CLASS_TOKEN, WITHOUT, deaf, headed, plain
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.last_layer.head import Head, prefix_of
from vitatlas.features.last_layer.isolate import cls_only, isolating
from vitatlas.features.last_layer.steps import Steps, obstacle, steps_of
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import patch, sites

KINDS = (*WITH_CLASS_TOKEN, "pit_distilled")
PICTURES = 3


def logits(steps: Steps, run: object = isolating, images: Tensor | None = None) -> dict[int, Tensor]:
    head = Head(steps.encoder)
    images = pictures(steps.encoder.side, PICTURES) if images is None else images
    with torch.no_grad():
        return {number: head(c) for number, c in run(steps, images, range(steps.depth + 1))}  # type: ignore[operator]


def natural(encoder: Encoder) -> Tensor:
    with torch.no_grad():
        return encoder.logits(pictures(encoder.side, PICTURES))


def separated(prefix: int, pattern: Tensor) -> Tensor:
    """Attention in which no prefix token sees a patch, and no patch a prefix token."""
    is_prefix = torch.arange(pattern.shape[-1]) < prefix
    kept = pattern * (is_prefix[:, None] == is_prefix[None])
    return kept / kept.sum(-1, keepdim=True)


def masked(encoder: Encoder, blocks: int, enters: int) -> Tensor:
    """Logits of the network with attention masks in the first blocks."""
    names = [name for name in sites(encoder) if name.endswith("attn.pattern")]
    prefix = prefix_of(encoder.backbone)
    with ExitStack() as stack, torch.no_grad():
        for name in names[enters:blocks]:
            stack.enter_context(patch(encoder, {name: lambda pattern: separated(prefix, pattern)}))
        return encoder.logits(pictures(encoder.side, PICTURES))


@pytest.mark.parametrize("kind", KINDS)
def test_isolating_is_an_attention_mask(kind: str) -> None:
    steps = steps_of(headed(kind))
    found = logits(steps)
    assert set(found) == set(range(steps.depth + 1))
    for blocks, values in found.items():
        torch.testing.assert_close(values, masked(steps.encoder, blocks, steps.enters), rtol=1e-5, atol=1e-5)
    spread = (found[0] - found[steps.depth]).abs().max()
    assert spread > 1e-3, "the mask changes nothing, so that the comparison would say nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_apart_is_the_network_bit_for_bit(kind: str) -> None:
    steps = steps_of(headed(kind))
    assert torch.equal(logits(steps)[0], natural(steps.encoder))
    assert torch.equal(logits(steps, cls_only)[steps.depth], natural(steps.encoder))


@pytest.mark.parametrize("kind", KINDS)
def test_class_tokens_that_never_meet_a_patch_say_the_same_of_all_pictures(kind: str) -> None:
    steps = steps_of(headed(kind))
    for values in (logits(steps)[steps.depth], logits(steps, cls_only)[0]):
        torch.testing.assert_close(values, values[:1].expand_as(values), rtol=0, atol=0)
    assert not torch.equal(natural(steps.encoder)[0], natural(steps.encoder)[1])


def test_a_class_token_that_enters_late_was_apart_until_then() -> None:
    steps = steps_of(headed("convit"))
    found = logits(steps)
    assert steps.enters == DEPTHS["convit"]["local_up_to_layer"] == 2
    assert torch.equal(found[1], found[0])
    assert torch.equal(found[2], found[0])
    assert not torch.allclose(found[3], found[0])


def test_a_class_token_that_reads_in_the_last_block_alone_can_wait_for_it() -> None:
    encoder = deaf(plain(4), 0, 1, 2)
    found = logits(steps_of(encoder))
    for blocks in range(4):
        torch.testing.assert_close(found[blocks], natural(encoder), rtol=1e-6, atol=1e-6)
    alone = logits(steps_of(encoder), cls_only)
    torch.testing.assert_close(alone[3], alone[3][:1].expand_as(alone[3]), rtol=0, atol=1e-6)


def test_a_class_token_that_reads_in_the_first_block_alone_cannot_wait() -> None:
    encoder = deaf(plain(4), 1, 2, 3)
    found = logits(steps_of(encoder))
    for blocks in range(1, 5):
        torch.testing.assert_close(found[blocks], found[4], rtol=1e-6, atol=1e-6)
    alone = logits(steps_of(encoder), cls_only)
    for blocks in range(1, 5):
        torch.testing.assert_close(alone[blocks], natural(encoder), rtol=1e-6, atol=1e-6)


def test_only_what_is_asked_for_is_made() -> None:
    steps = steps_of(plain(4))
    images = pictures(32)
    with torch.no_grad():
        assert [number for number, _ in isolating(steps, images, [3, 1])] == [1, 3]
        assert [number for number, _ in cls_only(steps, images, [4])] == [4]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        *((kind, "no class token") for kind in WITHOUT if not kind.startswith("coat")),
        *((kind, "begins with another class token") for kind in ("coat", "coat_lite")),
    ],
)
def test_networks_without_one_class_token_are_refused(kind: str, reason: str) -> None:
    with pytest.raises(UserError, match=re.escape(reason)) as caught:
        steps_of(headed(kind))
    assert headed(kind).entry.timm in str(caught.value)


def test_a_head_on_the_mean_of_patches_is_refused() -> None:
    encoder = headed("dinov2_registers")
    encoder.entry = encoder.entry.model_copy(
        update={"encoder": encoder.entry.encoder.model_copy(update={"readout": "mean"})}
    )
    assert obstacle(encoder) == "its head does not read the class token alone"
    pooling = plain()
    pooling.backbone.global_pool = "avg"
    assert obstacle(pooling) is not None


def test_a_network_that_does_more_than_its_blocks_is_refused() -> None:
    encoder = plain()
    whole = encoder.backbone.forward_features
    encoder.backbone.forward_features = lambda images: whole(images) + torch.linspace(0, 1, 24)
    with pytest.raises(UserError, match="more than its blocks one after the other"):
        steps_of(encoder)
