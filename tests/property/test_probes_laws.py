"""Laws of linear probes and of interventions along them, on a model in which a pair's relation is one direction."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.jobs.progress import Progress
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.config.probe import Probing
from vitatlas.relations.probes.fit import Probes, learn
from vitatlas.relations.probes.intervene import Key, Outcomes, intervene
from vitatlas.relations.probes.pairs import PAIRS, Pairs
from vitatlas.relations.probes.table import rows
from vitatlas.relations.probes.vectors import pair_vectors
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.statistics.intervals import wilson

GEOMETRY = Geometry(canvas=48, patch=8, object=16, sprite=14)
WIDTH, PATCHES, STRENGTH = 12, 36, 0.1
SETTINGS = Probing(images_per_label={"train": 1, "test_iid": 1}, cache_mb=1)
seeds = st.integers(0, 2**31)


class Codes:
    """In place of images, what is in them: relation (±1) and patches of each pair, int64 [N, 2, 1 + 8]."""

    geometry, device = GEOMETRY, torch.device("cpu")

    def load(self, scenes: Scenes) -> Tensor:
        relation = 2 * np.stack([scenes.sample_same, scenes.display_same], axis=1).astype(np.int64) - 1
        patches = scenes.tokens(GEOMETRY).reshape(len(scenes), 2, -1)
        return torch.from_numpy(np.concatenate([relation[..., None], patches], axis=2))

    def render(self, batch: Tensor, rows: Tensor) -> Tensor:
        return batch[rows]


class Planted:
    """Tokens of a pair have its relation along one axis, those of other patches have nothing there, and all have noise
    along the other axes. The answer is whether the display's tokens and all others have the same sign on that axis."""

    depth = 1

    def __init__(self, seed: int):
        every = torch.linalg.qr(torch.randn(WIDTH, WIDTH, generator=torch.Generator().manual_seed(seed))).Q
        self.axis, self.rest = every[:, 0], every[:, 1:]
        place = GEOMETRY.grid * torch.arange(2).unsqueeze(1) + torch.arange(4)  # two objects of 2 × 2, side by side
        self.display = torch.isin(torch.arange(PATCHES), place)
        head = SimpleNamespace(weight=torch.zeros(2, WIDTH))
        self.classifier: Any = SimpleNamespace(width=WIDTH, prefix=1, grid=6, head=head)

    def below(self, images: Tensor, layers: Collection[int]) -> dict[int, Tensor]:
        generator = torch.Generator().manual_seed(int(images.sum()))
        noise = torch.randn(len(images), 1 + PATCHES, WIDTH - 1, generator=generator)
        where = (1 + images[..., 1:]).flatten(1)
        relation = images[..., :1].expand(-1, -1, images.shape[2] - 1).flatten(1).float()
        along = torch.zeros(len(images), 1 + PATCHES).scatter(1, where, STRENGTH * relation)
        tokens = 0.05 * noise @ self.rest.T + along.unsqueeze(-1) * self.axis
        return dict.fromkeys(layers, tokens)

    def above(self, tokens: Tensor, _: int) -> Tensor:
        along = (tokens @ self.axis)[:, 1:]
        agree = along[:, self.display].sum(1) * along[:, ~self.display].sum(1)
        return torch.stack([-agree, agree], dim=1)


def pairs(split: str, count: int, seed: int) -> Pairs:
    return Pairs(make_split("rmts", "256", split, count, GEOMETRY, seed), Codes(), prefix=1)  # type: ignore[arg-type]


def probed(seed: int, shuffled: bool = False, alphas: tuple[float, ...] = (1.0,)) -> Outcomes:
    """A planted model, probes of it, and interventions along them."""
    model: Any = Planted(seed)
    train, test = pairs("train", 400, seed), pairs("test_iid", 200, seed + 1)
    if shuffled:
        generator = torch.Generator().manual_seed(seed)
        for some in (train, test):
            some.same = torch.randint(2, some.same.shape, generator=generator)
    vectors = pair_vectors(model, train, [0], 64)
    probes = learn(vectors.flatten(1, 2), train.same.flatten(), [0], SETTINGS, seed)
    with Progress(len(test), "planted") as progress:
        return intervene(model, test, probes, [0], alphas, 64, progress)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_a_planted_relation_is_read_and_steered(seed: int) -> None:
    found = probed(seed)
    assert not found.untouched.any(), "the planted model itself is right"
    for pair in PAIRS:
        assert found.of[Key(0, "probe", pair)].mean() == 1
        assert found.of[Key(0, "intervention", pair, 1.0)].mean() >= 0.99
        assert found.of[Key(0, "control", pair, 1.0)].mean() <= 0.01


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_a_direction_added_no_times_leaves_the_base_error(seed: int) -> None:
    found = probed(seed, alphas=(0.0, 2.0))
    for quantity in ("intervention", "control"):
        for pair in PAIRS:
            np.testing.assert_array_equal(found.of[Key(0, quantity, pair, 0.0)], found.untouched)
    table = rows(found, {})
    still = [row for row in table if row["alpha"] == 0]
    assert len(still) == 6 and all(row["value"] == row["base_error"] for row in still)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_nothing_is_read_where_labels_are_shuffled(seed: int) -> None:
    found = probed(seed, shuffled=True)
    right = np.concatenate([found.of[Key(0, "probe", pair)] for pair in PAIRS])
    assert abs(right.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(right))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), seeds)
def test_probes_trained_together_are_those_trained_alone(layers: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    vectors, same = torch.randn(layers, 70, 16, generator=generator), torch.randint(2, (70,), generator=generator)
    numbers = list(range(layers))
    together = learn(vectors, same, numbers, SETTINGS, seed)
    alone = Probes.joined([learn(vectors[n : n + 1], same, [n], SETTINGS, seed) for n in numbers])
    assert together.layers == alone.layers
    torch.testing.assert_close(together.weight, alone.weight, atol=1e-4, rtol=0)
    torch.testing.assert_close(together.bias, alone.bias, atol=1e-4, rtol=0)


@given(st.integers(1, 5), seeds)
def test_directions_are_the_weights_token_by_token(tokens: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(2, 2, tokens * WIDTH, generator=generator)
    vectors = torch.randn(tokens, WIDTH, generator=generator)
    directions = Probes([0, 1], weight, torch.zeros(2, 2)).directions(WIDTH)
    assert directions.shape == (2, 2, tokens, WIDTH)
    by_token = (directions * vectors).sum((-1, -2))
    torch.testing.assert_close(by_token, weight @ vectors.flatten(), atol=1e-4, rtol=0)


@given(st.integers(1, 10**5), st.floats(0, 1), st.floats(0.5, 0.999))
def test_an_interval_holds_its_share_and_narrows(count: int, share: float, level: float) -> None:
    low, high = wilson(share, count, level)
    assert 0 <= low <= share + 1e-12 and share - 1e-12 <= high <= 1 and low < high
    wider, narrower = wilson(share, count, (1 + level) / 2), wilson(share, 4 * count, level)
    assert wider[1] - wider[0] >= high - low >= narrower[1] - narrower[0]


def test_intervals_are_wilsons() -> None:
    # 81 of 263: Newcombe (1998), Statistics in Medicine 17, table I, method 3; 0 of 20: the same
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
