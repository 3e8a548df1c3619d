"""Where units are: the stopped network, what it is given, and what it has not."""

from __future__ import annotations

import pytest
import torch
from ascents import DEVICE, small
from encoder_kinds import KINDS, pictures
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.config.visualise import FeatureSet
from vitatlas.features.visualise.chunks import Feature, chunks_of, features_of, require_units
from vitatlas.features.visualise.place import activations, place_of, standardised
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import layers, patches, read

KNOWN = [kind for kind in KINDS if kind != "convnext"]


def stopped(encoder: Encoder, site: str, pixels: Tensor) -> Tensor:
    return activations(encoder, site, pixels, DEVICE)


def whole(encoder: Encoder, site: str, pixels: Tensor) -> Tensor:
    """The same from a pass through the whole network."""
    with read(encoder.backbone, [site]) as found:
        encoder.backbone((pixels - encoder.normalise.mean) / encoder.normalise.std)
    return patches(encoder.backbone, site, found[site], encoder.side)


@pytest.mark.parametrize("kind", KNOWN)
def test_the_stopped_network_has_the_values_and_gradients_of_the_whole(kind: str) -> None:
    encoder = small(kind)
    known = layers(encoder, encoder.side)
    for layer in (known[0], known[len(known) // 2], known[-1]):
        place = place_of(encoder, layer.index, layer.activation.removeprefix(f"{layer.name}."), DEVICE)
        units = torch.tensor([0, place.width - 1])
        found = []
        for run in (stopped, whole):
            x = (pictures(encoder.side) / 255).requires_grad_()
            maps = run(encoder, place.site, x)
            (gradient,) = torch.autograd.grad(maps.square().sum(), x)
            found.append((maps, gradient))
        (maps, gradient), (maps_of_whole, gradient_of_whole) = found
        assert torch.equal(maps, maps_of_whole) and torch.equal(gradient, gradient_of_whole)
        assert gradient.abs().max() > 0 and maps.shape[1] * maps.shape[2] == place.patches
        means = place.means(pictures(encoder.side) / 255, units, DEVICE)
        assert torch.allclose(means, torch.stack([maps[0, ..., 0].mean(), maps[1, ..., -1].mean()]), atol=1e-6)


def test_prefix_tokens_have_no_part_in_the_mean() -> None:
    encoder = small("deit_distilled")
    place, units = place_of(encoder, 1, "resid_post", DEVICE), torch.tensor([4, 4])
    pixels = pictures(encoder.side) / 255
    with read(encoder.backbone, [place.site]) as found:
        encoder.backbone(standardised(encoder, pixels))
    assert place.patches == 16 and found[place.site].shape[1] == 18
    assert torch.allclose(place.means(pixels, units, DEVICE), found[place.site][:, 2:, 4].mean(1))


@pytest.mark.parametrize(("site", "width"), [("mlp.act", 96), ("attn.k", 24), ("attn.in", 24), ("attn.head_out", 24)])
def test_sites_have_their_units_with_heads_side_by_side(site: str, width: int) -> None:
    assert place_of(small(), 1, site, DEVICE).width == width


def test_pixels_are_standardised_as_pictures_are() -> None:
    encoder, images = small(), pictures(32)
    assert torch.allclose(standardised(encoder, images / 255), encoder.normalise(images), atol=1e-5)


@pytest.mark.parametrize("layer", [-1, 2])
def test_layers_that_the_network_has_not_are_refused_with_the_range(layer: int) -> None:
    with pytest.raises(UserError, match=rf"no layer {layer}[\s\S]*0 to 1"):
        place_of(small(), layer, "mlp.act", DEVICE)


@pytest.mark.parametrize(
    ("kind", "site", "problem"),
    [
        ("vit", "mlp.acts", "unknown site"),
        ("vit", "attn.pattern", "does not lie on the grid of patches"),
        ("resnet", "attn.k", "attn.k"),
        ("convnext", "mlp.act", "ConvNeXt"),
    ],
)
def test_sites_that_the_network_has_not_are_refused(kind: str, site: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        place_of(small(kind), 0, site, DEVICE)


@pytest.mark.parametrize("unit", [-1, 96])
def test_units_that_the_layer_has_not_are_refused_with_the_range(unit: int) -> None:
    place = place_of(small(), 0, "mlp.act", DEVICE)
    with pytest.raises(UserError, match=rf"no unit {unit} at mlp\.act of layer 0[\s\S]*0 to 95"):
        require_units([Feature("mlp.act", 0, unit, 0, 1.0)], place)


def given(*groups: dict[str, object], weights: tuple[float, ...] = (0.1, 0.2)) -> FeatureSet:
    return FeatureSet.model_validate({"features": groups, "weights": weights})


def test_a_set_is_each_unit_with_each_replicate_and_weight() -> None:
    found = features_of(
        given({"layer": 1, "units": [4, 2], "replicates": 2}, {"site": "attn.k", "layer": 0, "units": [4]})
    )
    assert [(one.place, one.unit, one.replicate, one.weight) for one in found] == [
        *(
            (("mlp.act", 1), unit, replicate, weight)
            for unit in (4, 2)
            for replicate in (0, 1)
            for weight in (0.1, 0.2)
        ),
        *((("attn.k", 0), 4, 0, weight) for weight in (0.1, 0.2)),
    ]


def test_chunks_are_of_one_place_and_keep_the_order() -> None:
    found = features_of(given({"layer": 1, "units": [0, 1, 2]}, {"layer": 0, "units": [5, 6]}, weights=(0.1,)))
    chunks = chunks_of(found, 2)
    assert [[one.unit for one in chunk] for chunk in chunks] == [[0, 1], [2], [5, 6]]
    assert [one for chunk in chunks for one in chunk] == found


@pytest.mark.parametrize("groups", [({"layer": 0, "units": [3, 3]},), ({"layer": 0, "units": [3]},) * 2])
def test_a_feature_that_is_there_twice_is_refused(groups: tuple[dict[str, object], ...]) -> None:
    with pytest.raises(UserError, match=r"unit 3 at mlp\.act of layer 0 is there twice"):
        features_of(given(*groups))


def test_seeds_are_of_the_feature_and_the_model_and_not_of_the_weight() -> None:
    feature = Feature("mlp.act", 1, 2, 0, 0.1)
    assert feature.seed(0, "vit", 0) == Feature("mlp.act", 1, 2, 0, 0.9).seed(0, "vit", 0)
    others = [("attn.k", 1, 2, 0), ("mlp.act", 0, 2, 0), ("mlp.act", 1, 3, 0), ("mlp.act", 1, 2, 1)]
    seeds = {Feature(*other, 0.1).seed(0, "vit", 0) for other in others}
    seeds |= {feature.seed(*key) for key in ((0, "vit", 0), (1, "vit", 0), (0, "cnn", 0), (0, "vit", 1))}
    assert len(seeds) == 8
