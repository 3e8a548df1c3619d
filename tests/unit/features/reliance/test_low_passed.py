"""Pictures without their high frequencies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from encoder_kinds import pictures
from planted_reliance import TensorPictures, answered, grating, phase_reader

from vitatlas.features.config.reliance import CUTOFFS
from vitatlas.features.reliance.conditions import filterings
from vitatlas.features.reliance.filters import TRANSFERS, in_8_bits, low_pass, squared_frequencies
from vitatlas.features.reliance.frequencies import LowPassed
from vitatlas.features.reliance.measures import low_pass_rows

CPU = torch.device("cpu")


def low_passed(images: torch.Tensor, cutoffs: tuple[float, ...] = CUTOFFS) -> LowPassed:
    return LowPassed(TensorPictures(images), filterings(cutoffs, images.shape[-1]), CPU)


@pytest.mark.parametrize("side", [32, 33])
def test_the_ideal_filter_of_the_diagonal_changes_nothing(side: int) -> None:
    images = pictures(side, 3)
    shown = dict(
        zip((way.column for way in low_passed(images).conditions), *low_passed(images).batches(9), strict=True)
    )
    assert torch.equal(shown["ideal_1.41421"], images), "after rounding to 8 bits, too"
    assert torch.equal(shown["full"], images)
    assert len({value.float().std().item() for value in shown.values()}) == len(CUTOFFS) * 2, "all others differ"


def test_a_cut_off_says_how_many_cycles_pass() -> None:
    ways = filterings((0.5, 1.0), 64)
    assert [(way.filter, way.rho, way.cycles) for way in ways] == [
        ("none", None, None),
        *[(name, rho, cycles) for name in ("ideal", "gaussian") for rho, cycles in ((1.0, 32.0), (0.5, 16.0))],
    ]
    assert len({way.column for way in ways}) == len(ways)


@pytest.mark.parametrize("side", [16, 17])
@pytest.mark.parametrize("cycles", [1, 3, 5])
def test_a_cosine_passes_if_and_only_if_it_is_not_above_the_cut_off(side: int, cycles: int) -> None:
    wave = grating(cycles, side, 1).double()
    squared = squared_frequencies(side)
    for cutoff in (0.5, 1, 2.9, 3, 3.1, 5, 8):
        found = low_pass(wave, TRANSFERS["ideal"](squared, cutoff))
        torch.testing.assert_close(found, wave if cycles <= cutoff else torch.zeros_like(wave), rtol=0, atol=1e-6)
    half = low_pass(wave, TRANSFERS["gaussian"](squared, cycles))
    assert float(half.square().mean() / wave.square().mean()) == pytest.approx(0.5, abs=1e-6), "half of its power"


def test_filtered_pictures_are_clamped_and_rounded() -> None:
    assert in_8_bits(torch.tensor([-0.3, 0.0, 0.5 / 255 + 1e-4, 1.0, 1.2])).tolist() == [0, 0, 1, 255, 255]


def test_batches_of_any_size_and_from_any_position_show_the_same() -> None:
    stimuli = low_passed(pictures(24, 7), (0.2, 0.6))
    (whole,) = [torch.stack(list(batch), 1) for batch in stimuli.batches(9)]
    pieces = torch.cat([torch.stack(list(batch), 1) for batch in stimuli.batches(3)])
    assert torch.equal(whole, pieces)
    assert torch.equal(torch.cat([torch.stack(list(batch), 1) for batch in stimuli.batches(2, 3)]), whole[3:])


@pytest.mark.parametrize("cycles", [4, 7])
def test_a_planted_reader_of_one_frequency_makes_a_step(tmp_path: Path, cycles: int) -> None:
    side, phases = 32, torch.arange(4).repeat(5)
    waves = torch.stack([grating(cycles, side, int(phase)) for phase in phases])
    images = in_8_bits(0.5 + 0.4 * waves)[:, None].expand(-1, 3, -1, -1)
    stimuli = low_passed(images)
    found = answered(stimuli, phase_reader(cycles, side), phases, tmp_path)
    table = low_pass_rows(found, stimuli.conditions, 4, 0)
    curve = table.query("filter == 'ideal' and measure == 'relative'")
    assert curve["value"].tolist() == np.where(curve["cycles"] >= cycles, 1.0, 0.25).tolist()
    assert curve["value"].nunique() == 2
    full = table.query("filter == 'none'").set_index("measure")["value"]
    assert full.to_dict() == {"top1": 1.0, "top5": 1.0, "relative": 1.0}
    assert (table.loc[table["measure"] == "top1", "chance"] == 0.25).all()


def test_the_area_of_a_step_is_where_it_stands(tmp_path: Path) -> None:
    side, phases = 32, torch.arange(4).repeat(3)
    images = in_8_bits(0.5 + 0.4 * torch.stack([grating(8, side, int(phase)) for phase in phases]))
    stimuli = low_passed(images[:, None].expand(-1, 3, -1, -1), (1.0, 0.5, 0.499, 0.0625))
    table = low_pass_rows(answered(stimuli, phase_reader(8, side), phases, tmp_path), stimuli.conditions, 4, 0)
    ideal = table.query("measure == 'area' and filter == 'ideal'").iloc[0]
    assert ideal["value"] == pytest.approx(0.25 + 0.75 * np.log(16 / 8) / np.log(16 / 1), abs=1e-3)
    assert ideal["low"] <= ideal["value"] <= ideal["high"] and np.isnan(ideal["rho"])
