"""Scores of units on copies of their pictures, and the ratios of them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from mapped_units import encoder_of_kind, scenes

from vitatlas.features.moved.copies import angles, shifted, turned
from vitatlas.features.moved.ratio import layer_ratios, unit_ratios
from vitatlas.features.moved.scores import COLUMNS, score_all, unit_scores
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import layers, patch, patches, until

UNITS = pd.DataFrame({"layer": [0, 1, 0, 1], "unit": [3, 7, 5, 5], "position": [2, 2, 6, 9]})


def units(encoder: Encoder) -> pd.DataFrame:
    return UNITS.assign(picture=scenes(encoder).table["picture"].to_numpy()[UNITS["position"]])


def scored(encoder: Encoder, batch: int = 40, step: int = 2, done: int = 0) -> torch.Tensor:
    network = layers(encoder, encoder.side)
    found = unit_scores(encoder, network, scenes(encoder), units(encoder), batch, step, 5, done)
    return torch.cat([scores for _, scores in found])


@torch.no_grad()
@pytest.mark.parametrize("kind", ["vit", "swin", "resnet"])
def test_scores_are_means_over_patches_of_each_copy(kind: str) -> None:
    encoder = encoder_of_kind(kind)
    images, network = torch.cat(list(scenes(encoder).batches(20))), layers(encoder, encoder.side)
    found = scored(encoder)
    for row, scores in zip(units(encoder).to_dict("records"), found, strict=True):
        image, site = images[row["position"]], network[row["layer"]].activation

        def score(copies: torch.Tensor, site: str = site, unit: int = row["unit"]) -> torch.Tensor:
            value = until(encoder, copies, site)
            return patches(encoder, site, value, encoder.side).mean((1, 2))[:, unit]

        rotated = score(turned(image, angles(5, row["picture"])))
        expected = [score(image[None])[0], rotated[0], rotated.mean(), score(shifted(image, 2)).mean()]
        assert scores.tolist() == pytest.approx([float(value) for value in expected], abs=1e-5)


def test_batches_and_what_is_done_already_change_nothing() -> None:
    encoder = encoder_of_kind("vit")
    whole = scored(encoder)
    assert scored(encoder, batch=1).numpy() == pytest.approx(whole.numpy(), abs=1e-6)
    assert scored(encoder, batch=200).numpy() == pytest.approx(whole.numpy(), abs=1e-6)
    assert scored(encoder, done=1).equal(whole[2:])


@torch.no_grad()
def test_shifts_of_a_unit_that_is_circularly_invariant_have_ratio_1_and_turns_have_not() -> None:
    encoder = encoder_of_kind("vit")
    encoder.backbone.pos_embed.zero_()
    off = {f"block.{number}.attn.out": torch.zeros_like for number in (0, 1)}
    with patch(encoder, off):
        scores = scored(encoder, step=8).numpy()  # of whole patches
    ratios = unit_ratios(
        units(encoder).assign(site="mlp.act").join(pd.DataFrame(scores, columns=list(COLUMNS))), first_copy=False
    )
    known = ratios[ratios["before"] > 0].set_index("motion")["ratio"]
    assert len(known["translation"]) >= 2
    assert known["translation"].to_numpy() == pytest.approx(1, abs=1e-5)
    assert (abs(known["rotation"] - 1) > 1e-3).all()


@torch.no_grad()
def test_all_layers_are_scored_in_one_pass() -> None:
    encoder = encoder_of_kind("coat")
    found = score_all(encoder, layers(encoder, encoder.side), next(scenes(encoder).batches(2)))
    assert list(found) == [layer.index for layer in layers(encoder, encoder.side)]
    assert all(len(scores) == 2 and scores.isfinite().all() for scores in found.values())


def table() -> pd.DataFrame:
    scores = [[2.0, 1.9, 1.0, 1.5], [-0.1, 0.1, 0.3, 0.2], [1.0, 0.0, -0.5, 0.25]]
    about = {"site": "mlp.act", "layer": [0, 0, 1], "unit": [4, 9, 4]}
    return pd.DataFrame(about).join(pd.DataFrame(scores, columns=list(COLUMNS)))


def test_negative_scores_count_as_nothing_and_silent_units_have_no_ratio() -> None:
    found = unit_ratios(table(), first_copy=False).set_index(["motion", "layer", "unit"])
    columns = ["before", "after", "ratio"]
    assert found.loc[("rotation", 0, 4), columns].tolist() == [2, 1, 0.5]
    assert found.loc[("translation", 0, 4), columns].tolist() == [2, 1.5, 0.75]
    assert found.loc[("rotation", 0, 9), columns].tolist() == pytest.approx([0, 0.3, math.nan], nan_ok=True)
    assert found.loc[("rotation", 1, 4), columns].tolist() == [1, 0, 0]


def test_the_reference_compares_turned_copies_with_the_first_of_them() -> None:
    found = unit_ratios(table(), first_copy=True).set_index(["motion", "layer", "unit"])["before"]
    assert found["rotation"].tolist() == [1.9, 0.1, 0]
    assert found["translation"].tolist() == [2, 0, 1]


def test_layers_have_means_over_all_units_and_ratios_of_active_ones() -> None:
    found = layer_ratios(unit_ratios(table(), first_copy=False)).set_index(["motion", "layer"]).loc[("translation", 0)]
    assert found[["before", "after", "ratio", "of_means"]].tolist() == pytest.approx([1, 0.85, 0.75, 0.85])
    assert (found["units"], found["n"]) == (2, 1) and np.isnan(found["error"])
