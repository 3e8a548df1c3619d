"""Alignment search on models whose insides are known: shape and colour in subspaces that were put there, or mixed."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from vitatlas.relations.config.das import Search
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.das.evaluate import evaluate
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.fit import Fit
from vitatlas.relations.das.learned import Item
from vitatlas.relations.das.streams import Kept
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split

GEOMETRY = Geometry(canvas=48, patch=8, object=16, sprite=14)
WIDTH, SIZE, PATCHES = 16, 4, 36
SETTINGS = Search(
    controls=["none"],
    epochs=12,
    batch=64,
    rotation_learning_rate=0.03,
    mask_learning_rate=0.1,
    penalty=0.01,
    cache_mb=100,
)


class Codes:
    """In place of images, what is in them: shape, colour and patches of each object, int64 [N, K, 2 + 4]."""

    geometry, device = GEOMETRY, torch.device("cpu")

    def load(self, scenes: Scenes) -> Tensor:
        values = torch.stack([torch.from_numpy(v.astype("int64")) for v in (scenes.shape, scenes.color)], dim=-1)
        return torch.cat([values, torch.from_numpy(scenes.tokens(GEOMETRY))], dim=-1)

    def render(self, batch: Tensor, rows: Tensor) -> Tensor:
        return batch[rows]


class Planted:
    """One layer of tokens and a comparison. An object's tokens are the sum of a code of its shape, along `axes[shape]`,
    and one of its colour, along `axes[color]`, or, entangled, one code of the combination; besides, along further axes,
    which of the two objects it is, and noise. The answer is "same" if the two objects' codes are close."""

    def __init__(self, entangled: bool):
        generator = torch.Generator().manual_seed(5)
        every = torch.linalg.qr(torch.randn(WIDTH, WIDTH, generator=generator)).Q
        self.axes = {"shape": every[:, :SIZE], "color": every[:, SIZE : 2 * SIZE]}
        self.code, self.which, self.rest = every[:, : 2 * SIZE], every[:, 2 * SIZE : 2 * SIZE + 2], every[:, 10:]
        bits = torch.tensor([[1.0 if number >> bit & 1 else -1.0 for bit in range(SIZE)] for number in range(16)])
        self.codes = torch.cat([bits[:, None].expand(16, 16, -1), bits[None].expand(16, 16, -1)], dim=-1)
        if entangled:
            order = torch.randperm(256, generator=generator)
            self.codes = self.codes.reshape(256, -1)[order].view(16, 16, -1)
        self.depth = 1
        weight = torch.zeros(2, WIDTH)
        self.classifier: Any = SimpleNamespace(width=WIDTH, prefix=1, grid=6, head=SimpleNamespace(weight=weight))

    def below(self, images: Tensor, layers: Collection[int]) -> dict[int, Tensor]:
        generator = torch.Generator().manual_seed(int(images.sum()))
        noise = torch.randn(len(images), 1 + PATCHES, self.rest.shape[1], generator=generator) @ self.rest.T
        tokens = 0.3 * noise
        objects = self.codes[images[..., 0], images[..., 1]] @ self.code.T
        marked = objects + 2 * torch.eye(2)[: objects.shape[1]] @ self.which.T
        where = (1 + images[..., 2:]).flatten(1).unsqueeze(-1).expand(-1, -1, WIDTH)
        return {0: tokens.scatter_add(1, where, marked.repeat_interleave(4, dim=1))}

    def above(self, tokens: Tensor, layer: int) -> Tensor:
        attention = (8 * tokens @ self.which).softmax(1)
        objects = attention.mT @ tokens @ self.code
        distance = (objects[:, 0] - objects[:, 1]).square().sum(-1)  # two codes differ by at least 4
        return torch.stack([distance, 4 - distance], dim=-1)


def examples(property: str, split: str, count: int) -> Examples:
    scenes = make_split("discrimination", "256", split, 4 * count, GEOMETRY, seed=1)
    found = make_counterfactuals(scenes, property, split, count, GEOMETRY, seed=2)
    return Examples(found, Codes(), prefix=1, seed=3)  # type: ignore[arg-type]


def search(property: str, entangled: bool) -> tuple[Planted, Fit, dict[str, float]]:
    """The model, the search in it, and its success on examples that were not searched on, by direction."""
    model, item = Planted(entangled), Item(property, "none", 0)
    train = examples(property, "train", 1200)
    streams = Kept(model, train, [0], ["none"], 256)  # type: ignore[arg-type]
    fit = Fit(item, model, train, streams, SETTINGS, seed=0)  # type: ignore[arg-type]
    fit.run()
    rows = evaluate(model, examples(property, "test", 200), {item: fit.subspace.learned()}, 64)  # type: ignore[arg-type]
    assert all(row["base_error"] == 0 for row in rows), "the planted model itself is right"
    return model, fit, {row["direction"]: row["accuracy"] for row in rows}


@pytest.mark.parametrize("property", ["shape", "color"])
def test_a_planted_subspace_is_found(property: str) -> None:
    model, fit, success = search(property, entangled=False)
    assert min(success.values()) >= 0.99
    rotation, mask = fit.subspace.learned()
    found = rotation[:, mask > 0]
    other = model.axes["color" if property == "shape" else "shape"]
    # Axes that nothing depends on may be left in; they lie among the noise.
    cosines = torch.linalg.svdvals(found.T @ model.axes[property])
    assert found.shape[1] <= 2 * SIZE and cosines.min() > 0.99, f"principal cosines {cosines.tolist()}"
    assert torch.linalg.svdvals(found.T @ other).max() < 0.25


def test_entangled_properties_are_not_found() -> None:
    _, _, success = search("shape", entangled=True)
    assert success["different-to-same"] < 0.3, success
    assert sum(success.values()) / 2 < 0.7, success


def test_a_mask_that_keeps_nothing_leaves_answers_as_they_are() -> None:
    nothing, little = Item("shape", "none", 0), Item("shape", "wrong_object", 0)
    one = torch.eye(WIDTH)
    learned = {nothing: (one, -torch.ones(WIDTH)), little: (one, (torch.arange(WIDTH) > 0) * -2.0 + 1)}
    rows = evaluate(Planted(entangled=False), examples("shape", "test", 60), learned, 32)  # type: ignore[arg-type]
    found = {name: [row for row in rows if row["control"] == name] for name in ("none", "wrong_object")}
    assert all(row["accuracy"] == row["base_error"] for row in found["none"])
    assert [row["loss"] for row in found["none"]] != [row["loss"] for row in found["wrong_object"]]
