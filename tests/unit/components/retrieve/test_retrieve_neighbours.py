"""Neighbours and what they share, by hand and as laws."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.components.retrieve.neighbours import Pool, chances, cosines, shared, summary

LABELS = torch.tensor([0, 0, 1, -1, 0])
PROBES = np.array([1, 3, 2])


def pool(seed: int = 0, pictures: int = 12) -> Pool:
    rng = np.random.default_rng(seed)
    return Pool(rng.normal(size=(pictures, 5, 4)).astype(np.float32), rng.permutation(pictures)[:4])


def test_the_total_is_the_sum_of_the_components_chosen() -> None:
    of = pool()
    np.testing.assert_allclose(of.total([3, 0]), of.components[:, 3].astype(float) + of.components[:, 0], rtol=1e-6)


@given(st.integers(0, 20), st.integers(1, 11), st.floats(0.1, 10))
def test_neighbours_are_others_and_do_not_depend_on_length(seed, count, factor) -> None:
    of = pool(seed)
    total = of.total([0, 1])
    found = of.near(total, count)
    assert not (found == torch.from_numpy(of.probes)[:, None]).any()
    assert all(len(set(row.tolist())) == count for row in found)
    scaled = total * torch.linspace(1, factor, len(total))[:, None]
    assert (of.near(scaled, count) == found).all()


def test_cosines_fall_with_rank() -> None:
    of = pool()
    total = of.total([0, 1, 2])
    for probe, found in zip(of.probes, of.near(total, 5), strict=True):
        level = cosines(total, int(probe), found)
        assert (level.diff() <= 0).all()
        a, b = total[probe].numpy(), total[found[0]].numpy()
        assert float(level[0]) == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_what_is_shared_with_probes_that_have_a_value() -> None:
    found = shared(torch.tensor([[0, 2], [0, 3], [1, 3]]), LABELS, PROBES)
    assert found[[0, 2]].tolist() == [0.5, 0]
    assert found[1].isnan()


def test_chance_leaves_the_probe_itself_out() -> None:
    found = chances(LABELS, PROBES)
    assert found[[0, 2]].tolist() == [0.5, 0]
    assert found[1].isnan()


def test_means_are_over_probes_that_have_a_value() -> None:
    shares = {"color": torch.tensor([1.0, torch.nan, 0.5]), "whole": torch.tensor([0.0, torch.nan, 0.0])}
    table = summary(shares, torch.tensor([0.2, torch.nan, 0.4])).set_index("by")
    assert table["value"].to_dict() == {"color": 0.75, "whole": 0}
    assert table["error"]["color"] == 0.25
    assert table["n"].tolist() == [2, 2] and table["chance"].tolist() == pytest.approx([0.3] * 2)
