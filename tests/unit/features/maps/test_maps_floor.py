"""The least value of features."""

from __future__ import annotations

import pytest
from encoder_kinds import encoder_entry

from vitatlas.features.maps.floor import least_activation
from vitatlas.models.encoder import build_encoder
from vitatlas.models.sites import layers

GELU, QUICK, RELU = -0.16997, -0.16357, 0.0


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        *(("vit", GELU), ("clip_quickgelu", QUICK), ("convit", GELU), ("swin", GELU), ("coat", GELU)),
        *(("resnet", RELU), ("densenet", RELU), ("mobilenetv2", RELU)),
    ],
)
def test_the_least_value_is_that_of_the_layer_s_non_linearity(kind: str, expected: float) -> None:
    encoder = build_encoder(encoder_entry(kind), seed=0).eval()
    for layer in (layers(encoder)[0], layers(encoder)[-1]):
        assert least_activation(encoder, layer) == pytest.approx(expected, abs=5e-5)
