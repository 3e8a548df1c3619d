"""The scale of maps, from counts."""

from __future__ import annotations

import numpy as np
import torch

from vitatlas.features.top.tail import BINS, Tail


def exact(values: torch.Tensor) -> np.ndarray:
    """What one in 1000 exceeds, by sorting."""
    ordered = values.double().sort(0, descending=True).values
    return ordered[len(values) // 1000].numpy()


def counted(values: torch.Tensor) -> np.ndarray:
    tail = Tail(values.shape[1])
    tail.add(0, values)
    return tail.scale(values.amax(0).double().numpy())


def test_the_scale_is_the_percentile_within_a_sixteenth() -> None:
    generator = torch.Generator().manual_seed(0)
    widths = torch.tensor([0.02, 0.3, 1.0, 20.0])
    values = torch.nn.functional.gelu(torch.randn(20_000, 4, generator=generator)) * widths
    found, true = counted(values), exact(values)
    assert (np.abs(found / true - 1) <= 1 / 16).all()
    # Patches within a bin lie close together: straight lines come closer than the bin
    assert (np.abs(found / true - 1) <= 1 / 50).all()


def test_one_bright_patch_in_two_thousand_does_not_set_the_scale_and_three_do() -> None:
    values = torch.full((2000, 2), 0.5)
    values[:2, 0], values[:3, 1] = 8.0, 8.0
    found = counted(values)
    assert 0.5 <= found[0] <= 0.5 * 17 / 16 and 8 * 15 / 16 <= found[1] <= 8


def test_a_unit_that_is_never_active_has_scale_0_and_none_exceeds_its_greatest() -> None:
    values = torch.stack([torch.full((50,), -0.17), torch.full((50,), 1e-4), torch.linspace(0, 3, 50)], 1)
    found = counted(values)
    assert found[:2].tolist() == [0, 0]
    assert 3 * 15 / 16 <= found[2] <= 3


def test_huge_activations_lie_between_the_last_edge_and_the_greatest() -> None:
    found = counted(torch.tensor([[5000.0], [3.0]]).repeat(5, 1))
    assert 1024 <= found[0] <= 5000


def test_each_activation_is_counted_once_in_the_columns_of_its_layer() -> None:
    tail = Tail(5)
    tail.add(2, torch.randn(7, 3, 4)[..., 1:].transpose(1, 2).reshape(-1, 3) * 1e4)
    assert tail.counts.shape == (5, BINS)
    assert tail.counts.sum(1).tolist() == [0, 0, 21, 21, 21]


def test_values_that_are_not_finite_do_not_leave_the_table() -> None:
    tail = Tail(1)
    tail.add(0, torch.tensor([[torch.nan], [-torch.nan], [torch.inf], [-torch.inf]]))
    assert tail.counts.sum() == 4
