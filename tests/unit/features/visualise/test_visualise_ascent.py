"""The optimisation: features do not feel each other, states continue, pictures stay pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from ascents import DEVICE, QUIET, activations, ascent, finished, pixels, random_vit, small
from PIL import Image
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.features.config.visualise import PRESETS
from vitatlas.features.visualise.ascent import Ascent
from vitatlas.features.visualise.parametrise import Phases
from vitatlas.features.visualise.tv import total_variation
from vitatlas.images.png import encode
from vitatlas.models.sites import layers, read

UNITS = [3, 0, 7, 11]
FORMS = ("pixel", "fourier", "maco")


def magnitudes(side: int = 32) -> Tensor:
    pictures = torch.rand(9, 3, side, side, generator=torch.Generator().manual_seed(3))
    return torch.fft.rfft2(pictures).abs().mean(0)


def resumed(one: Ascent, other: Ascent) -> Ascent:
    """The other, from the state of the one as a file keeps it."""
    buffer = io.BytesIO()
    torch.save(one.state(), buffer)
    buffer.seek(0)
    other.resume(torch.load(buffer, weights_only=True))
    return other


@pytest.mark.parametrize(("kind", "site"), [("vit", "mlp.act"), ("resnet", "conv.out"), ("swin", "attn.k")])
def test_features_of_one_batch_come_out_as_each_alone(kind: str, site: str) -> None:
    encoder, double = small(kind), small(kind).double()
    for network, tolerance in ((encoder, 1e-5), (double, 1e-10)):
        together = pixels(finished(ascent(network, UNITS, site=site)))
        alone = torch.cat([pixels(finished(ascent(network, [unit], site=site))) for unit in UNITS])
        assert (together - alone).abs().max() <= tolerance
        assert (together - together[:1]).abs().amax(dim=(1, 2, 3))[1:].min() > 0.01


@pytest.mark.parametrize("preset", PRESETS)
def test_a_permutation_of_the_features_permutes_the_pictures(preset: str) -> None:
    encoder, order = small().double(), [2, 0, 3, 1]
    whole = pixels(finished(ascent(encoder, UNITS, protocol=PRESETS[preset])))
    permuted = pixels(finished(ascent(encoder, [UNITS[place] for place in order], protocol=PRESETS[preset])))
    assert torch.allclose(permuted, whole[order], rtol=0, atol=1e-10)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_state_goes_on_to_the_same_bits(form: str, preset: str) -> None:
    options = {"parametrisation": form, "protocol": PRESETS[preset], "magnitudes": magnitudes(), "steps": 6}
    whole = finished(ascent(small(), UNITS, **options))
    stopped = finished(ascent(small(), UNITS, **options), steps=4)
    other = resumed(stopped, ascent(small(), UNITS, **options))
    assert other.step == 4 and torch.equal(pixels(other), pixels(stopped))
    assert torch.equal(pixels(finished(other)), pixels(whole))
    assert torch.equal(pixels(finished(ascent(small(), UNITS, **options))), pixels(whole))


@pytest.mark.parametrize("form", FORMS)
def test_pictures_stay_between_0_and_1_and_change(form: str) -> None:
    one = ascent(small(), UNITS, parametrisation=form, magnitudes=magnitudes(), learning_rate=2.0)
    start = pixels(one)
    for _ in range(5):
        one.advance()
        assert pixels(one).min() >= 0 and pixels(one).max() <= 1
    assert (pixels(one) - start).abs().mean() > 0.01


def test_pictures_are_rounded_and_go_through_a_png_unchanged() -> None:
    one = finished(ascent(small(), UNITS))
    for stored, exact in zip(one.pictures(), pixels(one), strict=True):
        image = stored.permute(1, 2, 0).numpy()
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode(image)))), image)
        assert (stored / 255 - exact).abs().max() <= 0.5 / 255 + 1e-7


def test_pixels_start_evenly_and_replicates_and_units_start_apart() -> None:
    start = pixels(ascent(small(), [3, 3, 4], replicates=[0, 1, 0]))
    assert start.mean() == pytest.approx(0.5, abs=0.02) and start.std() == pytest.approx(12**-0.5, abs=0.02)
    assert (start[0] - start[1]).abs().mean() > 0.2 < (start[0] - start[2]).abs().mean()


@pytest.mark.parametrize("layer", [0, 2, 5])
def test_without_augmentation_the_activation_of_random_weights_rises_tenfold(layer: int) -> None:
    one = ascent(random_vit(), range(4), layer, weight=0.0, steps=30, **QUIET)
    before = activations(one, pixels(one)).abs().mean()
    assert (activations(finished(one), pixels(one)) > 10 * before).all()


def test_one_copy_without_augmentation_is_plain_ascent() -> None:
    """Against Adam and autograd on the whole network, written out."""
    encoder, steps = small().double(), 4
    one = ascent(encoder, [5], weight=0.0, steps=steps, learning_rate=0.05, **QUIET)
    x = pixels(one).requires_grad_()
    adam, site = torch.optim.Adam([x], betas=(0.5, 0.99)), layers(encoder, 32)[0].activation
    for step in range(steps):
        adam.param_groups[0]["lr"] = 0.025 * (1 + np.cos(np.pi * step / steps))
        adam.zero_grad()
        with read(encoder.backbone, [site]) as found:
            encoder.backbone((x - encoder.normalise.mean) / encoder.normalise.std)
        (-found[site][:, encoder.backbone.num_prefix_tokens :, 5].mean()).backward()
        adam.step()
        x.data.clamp_(0, 1)
    assert torch.allclose(pixels(finished(one)), x, rtol=0, atol=1e-12)


def test_activations_count_in_the_units_given_and_the_weight_against_them() -> None:
    encoder, copies = small().double(), torch.rand(1, 3, 3, 32, 32, dtype=torch.float64)
    plain = ascent(encoder, [3], weight=0.2 * 3)._losses(copies)
    scaled = ascent(encoder, [3], weight=0.2, units_of=[3.0])._losses(copies)
    assert scaled.item() == pytest.approx(plain.item() / 3)


def test_a_unit_that_never_varies_stays_finite() -> None:
    assert pixels(finished(ascent(small(), [3, 4], units_of=[0.0, 1.0]))).isfinite().all()


def test_more_weight_makes_smoother_pictures() -> None:
    rough, smooth = (finished(ascent(small(), [3], weight=weight, steps=25)) for weight in (0.0, 0.3))
    assert total_variation(pixels(smooth)) < 0.5 * total_variation(pixels(rough))


@pytest.mark.parametrize("at", [0, 3, 5])
def test_a_loss_that_is_not_finite_is_named_with_its_feature_and_first_step(at: int) -> None:
    one = ascent(small(), UNITS)
    finished(one, steps=at)
    one._values.data[2] = torch.nan
    with pytest.raises(UserError, match=rf"unit 7 at mlp\.act of layer 0: .* not finite in step {at}"):
        finished(one).pictures()
    later = resumed(one, ascent(small(), UNITS))  # the state remembers
    with pytest.raises(UserError, match=f"in step {at}"):
        later.check()


def test_parameters_get_no_gradients() -> None:
    encoder = small()
    finished(ascent(encoder, UNITS), steps=1)
    assert all(value.grad is None for value in encoder.parameters())


def test_maco_keeps_the_magnitudes_and_the_mean() -> None:
    given = 0.2 * magnitudes()
    given[:, 0, 0] = 0.5 * 32 * 32
    form = Phases(given, 32)
    found = form.pixels(form.start([1, 2]))
    assert found.min() > 0 and found.max() < 1  # so little contrast that nothing is cut off
    assert torch.allclose(found.mean(dim=(2, 3)), torch.tensor(0.5), atol=1e-5)
    inner = torch.fft.rfft2(found).abs()[..., 1:16]  # at the edges, a real picture fixes some phases
    assert torch.allclose(inner, given[:, :, 1:16].expand_as(inner), rtol=1e-3, atol=1e-3)


def test_precision_and_device_do_not_change_what_is_drawn() -> None:
    single, double = (pixels(ascent(network, UNITS)) for network in (small(), small().double()))
    assert torch.equal(single.double(), double) and DEVICE.torch.type == "cpu"
