"""Maps of transformer attribution against a slow one that shares code with nobody: the forward pass written out, all
relevance by single contributions, and gradients by finite differences."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from encoder_kinds import encoder_entry, pictures, stirred
from torch import Tensor, nn

from vitatlas.components.segment.chefer.attribution import attribution, class_token_row
from vitatlas.models.encoder import Encoder, build_encoder

STEP = 1e-5
SMALL = {"embed_dim": 12, "depth": 3, "num_heads": 2}
KINDS = ("vit", "normed", "deit", "clip", "dino", "registers", "scaled")
CLASSES = torch.tensor([4, 1])


def small(kind: str) -> Encoder:
    """An encoder of 4 patches with random weights, in float64; one that has no head gets a linear probe."""
    entry = encoder_entry({"registers": "dinov2_registers", "scaled": "dinov2", "normed": "vit"}.get(kind, kind))
    more: dict[str, Any] = {"registers": {"readout": "cls"}, "scaled": {}, "clip": {}}.get(kind, {"image": 16})
    architecture = {**entry.architecture, **SMALL, **({"scale_mlp_norm": True} if kind == "normed" else {})}
    settings = entry.encoder.model_copy(update=more)
    encoder = build_encoder(entry.model_copy(update={"architecture": architecture, "encoder": settings}), seed=0)
    if not settings.classes:
        torch.manual_seed(1)
        encoder.classifier = nn.Linear(encoder.width, 6)
    stirred(encoder).double()
    for name, value in encoder.named_parameters():
        if name.endswith("gamma"):  # LayerScale, which starts near 0
            value.data += 0.5
    return encoder


class Slow:
    """One picture through a plain vision transformer, with everything kept that relevance needs."""

    def __init__(self, encoder: Encoder, image: Tensor, label: int):
        self.encoder, self.vit, self.label = encoder, encoder.backbone, label
        with torch.no_grad():
            self.entering = self.vit.norm_pre(
                self.vit._pos_embed(self.vit.patch_embed(encoder.normalise(image[None])))
            )[0]

    @torch.no_grad()
    def run(self, changes: dict[int, Tensor] | None = None) -> tuple[float, list[dict[str, Tensor]], Tensor]:
        """The logit, values within the blocks, and the stream behind them; `changes` are added to attention weights."""
        x, kept = self.entering, []
        for number, block in enumerate(self.vit.blocks):
            seen = {"x": x, "a": block.norm1(x)}
            heads = block.attn.num_heads
            fused = F.linear(seen["a"], block.attn.qkv.weight, block.attn.qkv.bias)
            q, k, v = (part.unflatten(-1, (heads, -1)).transpose(0, 1) for part in fused.chunk(3, -1))
            pattern = torch.softmax(q @ k.mT / q.shape[-1] ** 0.5, -1) + (changes or {}).get(number, 0)
            mixed = (pattern @ v).transpose(0, 1).flatten(1)
            seen |= {"q": q, "k": k, "v": v, "pattern": pattern, "mixed": mixed}
            seen["attention"] = block.ls1(block.attn.proj(mixed))
            seen["mid"] = x + seen["attention"]
            seen["b"] = block.norm2(seen["mid"])
            seen["hidden"] = block.mlp.norm(block.mlp.act(block.mlp.fc1(seen["b"])))
            seen["mlp"] = block.ls2(block.mlp.fc2(seen["hidden"]))
            x = seen["mid"] + seen["mlp"]
            kept.append(seen)
        return float(self.head(self.vit.norm(x)[0])[0][self.label]), kept, x

    def head(self, cls: Tensor) -> tuple[Tensor, list[tuple[nn.Linear, Tensor]]]:
        """Logits, and the linear layers with what each reads, the last first."""
        if self.encoder.classifier is None:
            return self.vit.head(cls), [(self.vit.head, cls)]
        if self.encoder.entry.encoder.readout != "projected":
            return self.encoder.classifier(cls), [(self.encoder.classifier, cls)]
        z = F.normalize(self.vit.head(cls), dim=-1)
        return self.encoder.classifier(z), [(self.encoder.classifier, z), (self.vit.head, cls)]

    def gradient(self, number: int) -> Tensor:
        """Of the logit by the attention weights of a block: central differences, one weight after the other."""
        shape = self.run()[1][number]["pattern"].shape
        found = torch.zeros(shape, dtype=torch.float64)
        for index in range(found.numel()):
            change = torch.zeros(found.numel(), dtype=torch.float64)
            change[index] = STEP
            ends = [self.run({number: sign * change.view(shape)})[0] for sign in (1, -1)]
            found.view(-1)[index] = (ends[0] - ends[1]) / (2 * STEP)
        return found

    @torch.no_grad()
    def map(self, start: int = 1) -> Tensor:
        """[rows, columns]."""
        _, kept, stream = self.run()
        cls = self.vit.norm(stream)[0]
        logits, layers = self.head(cls)
        relevance = torch.zeros_like(logits)
        relevance[self.label] = 1
        for layer, values in layers:
            relevance = positive(relevance, values, layer)
        whole = torch.zeros_like(stream)
        whole[0] = relevance
        product = torch.eye(len(stream), dtype=torch.float64)
        for number in reversed(range(start, len(kept))):
            whole, pattern = self.back(self.vit.blocks[number], kept[number], whole)
            influence = torch.clamp(self.gradient(number) * pattern, min=0).mean(0)
            product = product @ (torch.eye(len(stream)) + influence)
        side = self.vit.patch_embed.grid_size[0]
        return product[0, -side * side :].view(side, side)

    def back(self, block: Any, seen: dict[str, Tensor], relevance: Tensor) -> tuple[Tensor, Tensor]:
        """Relevance in front of a block and of its attention weights."""
        skip, branch = shared(relevance, seen["mid"], seen["mlp"])
        middle = skip + positive(positive(branch, seen["hidden"], block.mlp.fc2), seen["b"], block.mlp.fc1)
        skip, branch = shared(middle, seen["x"], seen["attention"])
        heads = positive(branch, seen["mixed"], block.attn.proj).unflatten(-1, (block.attn.num_heads, -1))
        pattern, v = factors(heads.transpose(0, 1), seen["pattern"], seen["v"])
        q, k = factors(pattern, seen["q"], seen["k"].mT)
        fused = torch.cat([part.transpose(0, 1).flatten(1) for part in (q, k.mT, v)], -1)
        return skip + positive(fused, seen["a"], block.attn.qkv), pattern


def positive(relevance: Tensor, values: Tensor, layer: nn.Linear) -> Tensor:
    """Through a linear layer, by the matrix of all contributions."""
    single = (layer.weight * values[..., None, :]).clamp(min=0)
    return torch.nan_to_num(single / single.sum(-1, keepdim=True) * relevance[..., None]).sum(-2)


def factors(relevance: Tensor, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Through a product, by all contributions, halved."""
    single = left[..., :, :, None] * right[..., None, :, :]
    share = single / single.sum(-2, keepdim=True) * relevance[..., :, None, :] / 2
    return share.sum(-1), share.sum(-3)


def shared(relevance: Tensor, *terms: Tensor) -> list[Tensor]:
    """Through a residual sum."""
    raw = [term * relevance / sum(terms) for term in terms]
    sizes = [part.sum().abs() for part in raw]
    return [part / part.sum() * size / sum(sizes) * relevance.sum() for part, size in zip(raw, sizes, strict=True)]


def images_of(encoder: Encoder) -> Tensor:
    return pictures(encoder.side)


@pytest.mark.parametrize("kind", KINDS)
def test_maps_equal_the_slow_ones(kind: str) -> None:
    encoder = small(kind)
    images = images_of(encoder)
    found, logits = attribution(encoder, images, CLASSES), encoder.logits(images)
    for picture in (0, 1):
        slow = Slow(encoder, images[picture], int(CLASSES[picture]))
        assert slow.run()[0] == pytest.approx(logits[picture, CLASSES[picture]].item(), rel=1e-9)
        expected = slow.map()
        assert expected.max() > 1e-6
        torch.testing.assert_close(found[picture], expected, rtol=1e-4, atol=1e-9)


def test_the_first_block_that_counts_is_as_asked() -> None:
    encoder = small("vit")
    images = images_of(encoder)
    for start in (0, 2):
        expected = Slow(encoder, images[0], 4).map(start)
        torch.testing.assert_close(attribution(encoder, images, CLASSES, start)[0], expected, rtol=1e-4, atol=1e-9)


def test_pictures_do_not_touch_each_other() -> None:
    encoder = small("clip")
    images = images_of(encoder)
    together = attribution(encoder, images, CLASSES)
    alone = [attribution(encoder, images[row : row + 1], CLASSES[row : row + 1]) for row in (0, 1)]
    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fused", [True, False])
def test_a_frozen_network_gives_the_same_and_stays_as_it_was(fused: bool) -> None:
    encoder = small("vit")
    expected = attribution(encoder, images_of(encoder), CLASSES)
    encoder.requires_grad_(False)
    for block in encoder.backbone.blocks:
        block.attn.fused_attn = fused
    with torch.no_grad():
        found = attribution(encoder, images_of(encoder), CLASSES)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
    assert not found.requires_grad
    assert all(block.attn.fused_attn == fused for block in encoder.backbone.blocks)
    assert all(value.grad is None for value in encoder.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in encoder.modules())


def test_the_order_of_heads_does_not_matter() -> None:
    encoder = small("vit")
    images = images_of(encoder)
    expected = attribution(encoder, images, CLASSES)
    attention = encoder.backbone.blocks[1].attn
    with torch.no_grad():
        for value in (attention.qkv.weight, attention.qkv.bias):
            value.copy_(value.unflatten(0, (3, 2, -1)).flip(1).flatten(0, 2))
        attention.proj.weight.copy_(attention.proj.weight.unflatten(1, (2, -1)).flip(1).flatten(1))
    torch.testing.assert_close(attribution(encoder, images, CLASSES), expected, rtol=1e-9, atol=1e-12)


def test_the_heads_bias_takes_no_part_and_the_class_does() -> None:
    encoder = small("vit")
    images = images_of(encoder)
    expected = attribution(encoder, images, CLASSES)
    with torch.no_grad():
        encoder.backbone.head.bias += 5
    torch.testing.assert_close(attribution(encoder, images, CLASSES), expected, rtol=1e-9, atol=1e-12)
    assert (attribution(encoder, images, CLASSES.flip(0)) - expected).abs().max() > 1e-3 * expected.max()


def test_attention_without_influence_gives_a_patch_row_of_zeros() -> None:
    row = class_token_row([torch.zeros(2, 5, 5)] * 3)
    assert row.tolist() == [[1, 0, 0, 0, 0]] * 2


def test_the_class_tokens_row_is_of_the_product_with_later_blocks_on_the_left() -> None:
    first, middle, last = torch.rand(3, 2, 5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    one = torch.eye(5, dtype=torch.float64)
    expected = ((one + last) @ (one + middle) @ (one + first))[:, 0]
    torch.testing.assert_close(class_token_row([last, middle, first]), expected)
