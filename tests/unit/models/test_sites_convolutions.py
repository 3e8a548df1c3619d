"""What activations of CNNs, and of MaxViT's convolutions, must satisfy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from site_kinds import CNNS, Run, network
from torch import nn

from vitatlas.models.sites import Layer

CLOSE = {"rtol": 0, "atol": 1e-9}  # float64


@pytest.fixture(params=CNNS, scope="module")
def cnn(request: pytest.FixtureRequest) -> Run:
    return Run(request.param, network(request.param))


def test_statistics_of_batch_norms_are_the_running_ones(cnn: Run) -> None:
    layer, model = cnn.layers[-1], cnn.model
    norm: Any = {
        "resnet": lambda net: net.layer4[0].bn2,
        "resnet-basic": lambda net: net.layer4[0].bn2,
        "densenet": lambda net: net.features.denseblock4.denselayer2.norm2,
        "mobilenet": lambda net: net.blocks[6][0].bn2,
    }[cnn.kind](model)
    torch.testing.assert_close(cnn(layer, "norm2.mean").flatten(), norm.running_mean, **CLOSE)
    torch.testing.assert_close(cnn(layer, "norm2.scale").flatten(), 1 / (norm.running_var + norm.eps).sqrt(), **CLOSE)


def test_convolutions_of_resnet_are_seen_after_the_last_relu() -> None:
    run = Run("resnet", network("resnet"))
    for layer, following in zip(run.layers, run.layers[1:], strict=False):
        assert run(layer, "conv.out").min() == 0
        torch.testing.assert_close(run(layer, "conv.out"), run(following, "resid_pre"), **CLOSE)


WRITERS: dict[str, Callable[[Any, Layer], tuple[nn.Module, nn.Module]]] = {
    "densenet": lambda net, at: (
        getattr(getattr(net.features, f"denseblock{at.stage + 1}"), f"denselayer{at.block + 1}").conv2,
        nn.Identity(),
    ),
    "mobilenet": lambda net, at: (
        getattr(net.blocks[at.stage][at.block], "conv_pwl", None) or net.blocks[at.stage][at.block].conv_pw,
        net.blocks[at.stage][at.block].bn3 if at.stage else net.blocks[0][0].bn2,
    ),
}


@pytest.mark.parametrize("kind", list(WRITERS))
def test_the_last_convolution_writes_what_it_makes_of_the_features(kind: str) -> None:
    run = Run(kind, network(kind))
    for layer in run.layers:
        convolution, norm = WRITERS[kind](run.model, layer)
        write = norm(convolution(run(layer, "conv.out")))
        torch.testing.assert_close(run(layer, "conv.write"), write, **CLOSE)
        assert run(layer, "conv.out").min() >= 0


@pytest.mark.parametrize("kind", ["maxvit", "maxvit-rw"])
def test_convolutions_of_maxvit_add_to_their_shortcut(kind: str) -> None:
    model: Any = network(kind)
    run = Run(kind, model)
    for stage, number in ((0, 0), (1, 0), (1, 1)):
        name, block = f"stage.{stage}.block.{number}", model.stages[stage].blocks[number]
        found = {end: run.found[f"{name}.{end}"] for end in ("resid_pre", "conv.out", "conv.write", "resid_post")}
        torch.testing.assert_close(found["conv.write"], block.conv.conv3_1x1(found["conv.out"]), **CLOSE)
        entering = block.conv.shortcut(found["resid_pre"]) + found["conv.write"]
        torch.testing.assert_close(run.found[f"{name}.window.resid_pre"], entering.permute(0, 2, 3, 1), **CLOSE)
        leaving = run.found[f"{name}.grid.resid_post"].permute(0, 3, 1, 2)
        torch.testing.assert_close(found["resid_post"], leaving, **CLOSE)
