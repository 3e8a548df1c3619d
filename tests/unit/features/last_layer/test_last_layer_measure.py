"""What is measured on pictures, against loops and in planted networks."""

from __future__ import annotations

import pytest
import torch
from encoder_kinds import pictures
from last_layer_networks import CLASSES, WITH_CLASS_TOKEN, colour_reader, coloured, headed, plain
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.last_layer.measure import Found, Key, LastLayer
from vitatlas.features.last_layer.right import right
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import patches, read

CLASSES_OF = torch.tensor([3, 0, 6, 2, 5, 1])


def found(encoder: Encoder, at: list[int] | None = None, masks: Tensor | None = None) -> Found:
    return LastLayer(encoder, at)(pictures(encoder.side, len(CLASSES_OF)), CLASSES_OF, masks)


@pytest.mark.parametrize("kind", WITH_CLASS_TOKEN)
def test_isolated_from_nowhere_on_is_natural(kind: str) -> None:
    counts = found(headed(kind)).right
    depth = max(key.layer for key in counts)
    natural = counts[Key("natural", depth)]
    assert torch.equal(counts[Key("isolating_cls", 0)], natural)
    assert torch.equal(counts[Key("cls_only", depth)], natural)
    assert {key.layer for key in counts if key.quantity == "isolating_cls"} == set(range(depth + 1))


@torch.no_grad()
def test_patches_of_a_plain_network_are_what_its_norm_and_head_make_of_the_stream() -> None:
    encoder = headed("vit")
    vit, images = encoder.backbone, pictures(32, len(CLASSES_OF))
    with read(encoder, [f"block.{number}.resid_post" for number in range(4)] + ["embed"]) as seen:
        encoder(images)
    counts = found(encoder)
    for number in range(5):
        stream = seen[f"block.{number - 1}.resid_post" if number else "embed"]
        logits = vit.head(vit.norm(stream[:, 1:]))
        top = logits.topk(5, dim=-1).indices == CLASSES_OF[:, None, None]
        each = torch.stack([top[..., 0], top.any(-1)], dim=-1).long()
        assert torch.equal(counts.right[Key("patch", number)], each.sum(1))
        assert torch.equal(counts.by_patch[number], each.sum(0))
    assert 0 < counts.by_patch[4][:, 1].sum() < 16 * len(CLASSES_OF)


@torch.no_grad()
def test_averages_are_of_tokens_behind_the_norm() -> None:
    encoder = headed("vit")
    vit, images = encoder.backbone, pictures(32, len(CLASSES_OF))
    tokens = vit.forward_features(encoder.normalise(images))
    counts = found(encoder).right
    assert torch.equal(counts[Key("head_on_patches", 4)], right(vit.head(tokens[:, 1:].mean(1)), CLASSES_OF))
    assert torch.equal(counts[Key("head_on_all", 4)], right(vit.head(tokens.mean(1)), CLASSES_OF))


@torch.no_grad()
@pytest.mark.parametrize(("kind", "stage", "first", "last"), [("swin", 1, 1, 3), ("pit", 2, 3, 5)])
def test_of_hierarchical_networks_patches_of_the_last_stage_are_read(
    kind: str, stage: int, first: int, last: int
) -> None:
    encoder = headed(kind)
    counts = found(encoder)
    assert sorted(counts.by_patch) == list(range(first, last + 1))
    site = f"stage.{stage}.block.1.resid_pre"
    with read(encoder, [site]) as seen:
        encoder(pictures(encoder.side, len(CLASSES_OF)))
    stream = patches(encoder, site, seen[site])
    head = encoder.backbone.head
    logits = getattr(head, "fc", head)(encoder.backbone.norm(stream)).flatten(1, 2)
    each = (logits.argmax(-1) == CLASSES_OF[:, None]).long()
    assert torch.equal(counts.right[Key("patch", first + 1)][:, 0], each.sum(1))


@pytest.mark.parametrize(
    "kind", ["twins_pcpvt", "twins_svt", "maxvit", "resnet", "densenet", "mobilenetv2", "coat_lite"]
)
def test_networks_without_a_class_token_to_isolate_still_have_heads_on_patches(kind: str) -> None:
    measure = LastLayer(headed(kind))
    counts = measure(pictures(measure.encoder.side, len(CLASSES_OF)), CLASSES_OF, None)
    assert {"isolating_cls", "cls_only"} <= set(measure.omitted)
    assert counts.right[Key("patch", measure.depth)].shape == (len(CLASSES_OF), 2)
    if "coat" not in kind:
        assert torch.equal(
            counts.right[Key("head_on_patches", measure.depth)], counts.right[Key("natural", measure.depth)]
        )


def test_of_networks_with_nothing_to_read_the_natural_answer_is_left() -> None:
    counts = found(headed("coat"))
    assert list(counts.right) == [Key("natural", 10)]
    assert counts.by_patch == {}


def test_object_patches_are_those_that_the_mask_covers_by_half() -> None:
    encoder = headed("vit")
    masks = torch.zeros(len(CLASSES_OF), 32, 32, dtype=torch.bool)
    masks[:, :8, :12] = True  # patch (0, 0) and half of (0, 1)
    masks[0] = False
    counts = found(encoder, masks=masks)
    whole = found(encoder)
    assert counts.on_object is not None
    assert counts.on_object.tolist() == [0, *[2] * (len(CLASSES_OF) - 1)]
    for number in range(5):
        inside = counts.right[Key("patch", number, "object")]
        assert (inside <= counts.right[Key("patch", number)]).all()
        assert torch.equal(counts.right[Key("patch", number)], whole.right[Key("patch", number)])
    encoder = colour_reader(pools=False)
    colours = torch.full((1, 4, 4), 1)
    colours[0, 0, 0] = 0
    seen = LastLayer(encoder)(coloured(colours), torch.tensor([0]), masks[1:2])
    assert seen.right[Key("patch", 1, "object")].tolist() == [[1]]
    assert seen.right[Key("patch", 1)].tolist() == [[1]]


def test_in_a_last_layer_that_pools_any_patch_says_what_the_class_token_says() -> None:
    colours = torch.randint(3, (8, 4, 4), generator=torch.Generator().manual_seed(0))
    majority = torch.stack([values.flatten().bincount(minlength=3) for values in colours])
    clear = (majority == majority.amax(1, keepdim=True)).sum(1) == 1
    colours, classes = colours[clear], majority[clear].argmax(1)
    assert len(classes) >= 4
    pooled = LastLayer(colour_reader(pools=True))(coloured(colours), classes, None)
    assert pooled.right[Key("natural", 1)].sum() == len(classes)
    assert pooled.right[Key("patch", 1)].tolist() == [[16]] * len(classes)
    assert pooled.by_patch[1].tolist() == [[len(classes)]] * 16
    local = LastLayer(colour_reader(pools=False))(coloured(colours), classes, None)
    own = (colours == classes[:, None, None]).flatten(1).long()
    assert torch.equal(local.by_patch[1][:, 0], own.sum(0))
    assert torch.equal(local.right[Key("patch", 1)][:, 0], own.sum(1))
    assert torch.equal(pooled.right[Key("patch", 0)][:, 0], own.sum(1)), "before its block it is local"


def test_only_the_layers_that_are_asked_for_are_measured() -> None:
    counts = found(plain(), [1])
    assert sorted(counts.by_patch) == [1, 4]
    assert {key.layer for key in counts.right if key.quantity == "isolating_cls"} == {1}


@pytest.mark.parametrize(
    ("kind", "at", "match"),
    [("vit", [5], "0 to 4"), ("vit", [-1], "0 to 4"), ("swin", [0], "no class token"), ("coat", [0], "none")],
)
def test_layers_at_which_nothing_is_defined_are_refused(kind: str, at: list[int], match: str) -> None:
    with pytest.raises(UserError, match=f"nothing is defined behind {at[0]} blocks") as caught:
        LastLayer(headed(kind), at)
    assert match in str(caught.value.remedy)


def test_equal_logits_are_ordered_by_the_number_of_the_class() -> None:
    equal = torch.zeros(CLASSES, CLASSES)
    assert right(equal, torch.arange(CLASSES)).tolist() == [[1, 1], *[[0, 1]] * 4, *[[0, 0]] * 2]
    assert right(torch.eye(5), torch.arange(5)).tolist() == [[1]] * 5


def test_logits_that_are_not_finite_are_refused() -> None:
    with pytest.raises(UserError, match="not finite"):
        right(torch.tensor([[0.0, float("nan")]]), torch.tensor([0]))
