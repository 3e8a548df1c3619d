"""Scores of all families from one pass, which units there are, and pictures with planted areas of a colour."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from encoder_kinds import KINDS, encoder_entry, pictures, stirred
from planted_colours import CELLS, COLOURS, coloured, planted_encoder

from vitatlas.errors import UserError
from vitatlas.features.config.top import SiteOfLayer
from vitatlas.features.top.ranking import TopK
from vitatlas.features.top.scores import Scorer, require_finite
from vitatlas.features.top.tail import Tail
from vitatlas.features.top.watched import units_table, watched
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.sites import layers, patches, read

ALL = [SiteOfLayer()]


def built(kind: str) -> Encoder:
    encoder = build_encoder(encoder_entry(kind), seed=0)
    stirred(encoder)
    return encoder


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "convnext"])
def test_scores_are_means_and_maxima_of_the_maps_of_every_layer(kind: str) -> None:
    encoder = built(kind)
    images, of = pictures(encoder.side, 3), watched(encoder, ALL)
    tail = Tail(of[-1].first + of[-1].units)
    scores = Scorer(encoder, of)(images, tail)
    names = [layer.activation for layer in layers(encoder)]
    assert [one.name for one in of] == names
    with torch.no_grad(), read(encoder, names) as cache:
        encoder(images)
    maps = [patches(encoder, name, cache[name], encoder.side) for name in names]
    assert [(*one.grid, one.units) for one in of] == [tuple(found.shape[1:]) for found in maps]
    wanted = torch.cat([torch.stack([found.mean((1, 2)), found.amax((1, 2))], -1) for found in maps], 1)
    torch.testing.assert_close(scores, wanted, rtol=1e-5, atol=1e-6)
    assert tail.counts.sum(1).tolist() == [3 * one.grid[0] * one.grid[1] for one in of for _ in range(one.units)]


def test_calls_of_one_module_are_columns_of_their_own() -> None:
    encoder = built("coat")
    of = [one for one in watched(encoder, ALL) if one.block.startswith("parallel.0")]
    assert [one.block for one in of] == [f"parallel.0.stage.{stage}" for stage in (1, 2, 3)]
    scores = Scorer(encoder, watched(encoder, ALL))(pictures(32))
    first, second = (scores[:, one.first : one.first + one.units] for one in of[:2])
    assert not torch.allclose(first, second)


def test_units_are_the_columns_in_order() -> None:
    of = watched(built("pit"), [SiteOfLayer(site="resid_post", layers=[2, 0]), SiteOfLayer(layers=[1])])
    table = units_table({"model": "pit", "run": 4}, of)
    assert table["column"].tolist() == list(range(len(table)))
    assert table.columns.tolist()[:6] == ["model", "run", "column", "site", "layer", "unit"]
    shown = table.drop_duplicates(["site", "layer"])[["site", "layer", "block", "rows"]].to_numpy().tolist()
    assert [row[:2] for row in shown] == [["resid_post", 2], ["resid_post", 0], ["mlp.act", 1]]
    assert [row[2] for row in shown] == ["stage.2.block.0", "stage.0.block.0", "stage.1.block.0"]
    assert shown[1][3] > shown[2][3] > shown[0][3]
    assert table.groupby(["site", "layer"])["unit"].agg(lambda units: units.tolist() == list(range(len(units)))).all()


def test_nothing_behind_the_last_site_runs() -> None:
    encoder = built("vit")
    ran: list[str] = []
    for number, block in enumerate(encoder.backbone.blocks):
        block.mlp.fc2.register_forward_hook(lambda *_, number=number: ran.append(f"fc2 of {number}"))
    of = watched(encoder, [SiteOfLayer(layers=[1]), SiteOfLayer(layers=[0])])
    ran.clear()
    scores = Scorer(encoder, of)(pictures(32))
    assert ran == ["fc2 of 0"]
    whole = Scorer(encoder, watched(encoder, ALL))(pictures(32))
    assert torch.equal(scores, whole.roll(of[0].units, 1))


@pytest.mark.parametrize(
    ("kind", "site", "words"),
    [
        ("vit", SiteOfLayer(layers=[2]), "there is no layer 2"),
        ("vit", SiteOfLayer(site="mlp.acts"), "unknown site 'block.0.mlp.acts'"),
        ("vit", SiteOfLayer(site="attn.pattern"), "does not lie on the grid"),
        ("resnet", SiteOfLayer(site="attn.k"), "no attention"),
        ("coat", SiteOfLayer(site="attn.pattern"), "never has weights"),
    ],
)
def test_units_that_a_network_lacks_are_refused(kind: str, site: SiteOfLayer, words: str) -> None:
    with pytest.raises(UserError, match=words):
        watched(built(kind), [site])


def test_layers_are_numbers_from_0_and_named_once() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        SiteOfLayer(layers=[-1])
    with pytest.raises(UserError, match=r"'block\.0\.mlp\.act' is asked for twice"):
        watched(built("vit"), [SiteOfLayer(), SiteOfLayer(site="mlp.act", layers=[0])])
    with pytest.raises(UserError, match="layers are numbered 0 to 1"):
        watched(built("vit"), [SiteOfLayer(layers=[7])])


def test_a_score_that_is_not_finite_names_site_layer_unit_and_picture() -> None:
    encoder = built("vit")
    with torch.no_grad():
        encoder.backbone.blocks[1].mlp.fc1.bias[5] = torch.nan
    of = watched(encoder, ALL)
    scores = Scorer(encoder, of)(pictures(32), Tail(of[-1].first + of[-1].units))
    with pytest.raises(UserError, match=r"mean of unit 5 of layer 1 .*'a'\n.*block\.1\.mlp\.act"):
        require_finite(scores, of, ["a", "b"])
    assert require_finite(scores[:, : of[0].units], of, ["a", "b"]).shape == (2, of[0].units, 2)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("batch", [3, 50])
def test_top_pictures_come_in_the_order_of_planted_area(colour: str, batch: int) -> None:
    encoder, generator = planted_encoder(), torch.Generator().manual_seed(3)
    areas = torch.randperm(CELLS + 1, generator=generator)  # each area once, one of them none
    images = coloured(colour, areas)
    scorer, top = Scorer(encoder, watched(encoder, ALL)), TopK(CELLS)
    for start in range(0, len(images), batch):
        top.add(scorer(images[start : start + batch])[..., 0].numpy(), start)
    unit = COLOURS.index(colour)
    assert areas[top.pictures[:, unit]].tolist() == list(range(CELLS, 0, -1))
    assert top.scores[0, unit] > 1
    steps = np.diff(top.scores[:, unit])
    assert steps == pytest.approx(np.full(CELLS - 1, steps[0]), rel=1e-3)


def test_units_of_another_colour_do_not_see_it() -> None:
    encoder = planted_encoder()
    images = torch.cat([coloured(colour, torch.tensor([6])) for colour in COLOURS])
    scores = Scorer(encoder, watched(encoder, ALL))(images)[:, :3, 1]
    assert (scores.diag() > 1).all() and (scores - scores.diag().diag_embed()).abs().max() < 1e-3
