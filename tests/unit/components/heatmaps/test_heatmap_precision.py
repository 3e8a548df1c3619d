"""Maps against masks: a planted head, places, controls, pictures without the feature."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from decomposed import encoder, images_of
from planted_heads import values_at
from random_maps import TEXT_WIDTH, heads, maps_of

from vitatlas.components.decompose import Decomposer
from vitatlas.components.heatmaps.precision import Measured, drawn_heads, precisions, summary
from vitatlas.components.heatmaps.text_maps import text_maps
from vitatlas.components.segment.masks import Mask
from vitatlas.components.segmentation.masked import MaskedBatch

PATCH = 5  # of 4 × 4 patches of 8 pixels: the second of the second row
PICTURES = 3


def fits(*, is_place: bool = False, turned: bool = False, drawn: bool = True) -> pd.DataFrame:
    """Of heads whose values sit on `PATCH`, where the object is; the last picture does not have the feature."""
    planted = encoder("vit")
    of, images = Decomposer(planted), images_of(planted, PICTURES)
    maps, own = maps_of(of), heads(Decomposer(planted))[3:6]
    positive = torch.zeros(32, 32, dtype=torch.bool)
    positive[8:16, 8:16] = True
    masks = [Mask(positive, torch.ones(32, 32, dtype=torch.bool))] * PICTURES
    vectors = torch.eye(TEXT_WIDTH, dtype=torch.float64)[:1].repeat(PICTURES, 1)
    with values_at(planted, 1, planted.backbone.num_prefix_tokens + PATCH):
        shares = text_maps(of, maps, images, own[:1], vectors)[own[0]].sum((1, 2))
        # Each picture's text is turned so that the first head adds to it, or takes away.
        signs = torch.where((shares > 0) ^ turned, 1.0, -1.0)
        values = torch.tensor([0, 1, -1])
        own_heads = {"none": (own[0],), "first": (own[1],), "second": (own[2],)}
        measured = Measured(
            "animal", vectors * signs[:, None], values, own_heads, tuple(own[1:]) if drawn else (), is_place
        )
        rows = precisions(of, maps, MaskedBatch(0, images, masks), measured)
    assert set(rows["feature"]) == {"animal"}
    return rows.pivot(index="picture", columns="control", values="value")


def test_a_head_that_looks_at_the_object_has_a_map_on_it() -> None:
    found = fits()
    assert found.index.tolist() == [0, 1], "the third picture has no text"
    assert (found["none"] > 0.95).all()
    assert found["share"].tolist() == pytest.approx([1 / 16] * 2)
    assert ((found["centre"] > found["share"]) & (found["centre"] < 0.5)).all()


def test_a_map_that_takes_away_where_the_object_is_lies_on_the_background() -> None:
    assert (fits(turned=True)["none"] < 1 / 16 + 0.02).all()
    found = fits(is_place=True, turned=True)
    assert (found["none"] > 0.99).all()
    assert found["share"].tolist() == pytest.approx([15 / 16] * 2)
    assert (found["centre"] > 15 / 16).all(), "all but the centre"


def test_random_heads_are_averaged() -> None:
    found = fits()
    torch.testing.assert_close(
        torch.tensor(found["random"].to_numpy()), torch.tensor(((found["first"] + found["second"]) / 2).to_numpy())
    )
    assert (found["first"] != found["second"]).any()


def test_without_other_heads_none_are_drawn() -> None:
    assert set(fits().columns) - set(fits(drawn=False).columns) == {"random"}


def test_a_batch_without_the_feature_has_no_rows() -> None:
    planted = encoder("vit")
    of = Decomposer(planted)
    batch = MaskedBatch(7, images_of(planted, 1), [Mask(torch.ones(32, 32).bool(), torch.ones(32, 32).bool())])
    values = torch.full((8,), -1)
    assert precisions(of, maps_of(of), batch, Measured("animal", torch.zeros(1, 5), values, {}, (), False)).empty


def test_means_have_standard_errors_over_pictures() -> None:
    rows = pd.DataFrame({"feature": "animal", "control": "none", "picture": [0, 1, 2], "value": [0.2, 0.5, 0.8]})
    (found,) = summary(rows).to_dict("records")
    assert (found["value"], found["error"], found["n"]) == (pytest.approx(0.5), pytest.approx(0.3 / 3**0.5), 3)


def test_drawn_heads_are_different_ones_of_those_that_there_are() -> None:
    draws = [drawn_heads([4, 6, 9, 11], 3, torch.Generator().manual_seed(seed)) for seed in range(20)]
    assert all(len(set(some)) == 3 and set(some) < {4, 6, 9, 11} for some in draws) and len(set(draws)) > 5
    assert sorted(drawn_heads([4, 6], 3, torch.Generator())) == [4, 6]
    assert drawn_heads([], 3, torch.Generator()) == ()
