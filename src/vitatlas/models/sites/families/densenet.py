"""DenseNet: the layers of a dense block append their channels to what they read."""

from __future__ import annotations

from functools import partial
from typing import Any

from vitatlas.models.sites.families.cnn import UNDEFINED, image_of, reduced
from vitatlas.models.sites.layouts import ChannelsFirst, Grid
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.transformer import norm
from vitatlas.models.sites.unit import Site, Sites, Unit

NO_STREAM = dict.fromkeys(
    ("resid_pre", "resid_mid", "resid_post"), "a dense layer appends channels, and adds nothing to a residual stream"
)


def units(densenet: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, its stages, and the layers of its dense blocks."""
    parts = dict(densenet.features.named_children())
    grid = last = reduced(image_of(densenet, image), 4)
    stages: list[Unit] = []
    for stage in range(sum(name.startswith("denseblock") for name in parts)):
        if stage:
            transition = partial(norm, "norm", parts[f"transition{stage}"].norm, None)
            last = None if last is None else (last[0] // 2, last[1] // 2)  # its pooling is not padded
            stages.append(Unit(f"stage.{stage}", transition, last, stage=stage))
        for number, layer in enumerate(parts[f"denseblock{stage + 1}"].values()):
            name, sites = f"stage.{stage}.block.{number}", partial(_sites, layer)
            stages.append(Unit(name, sites, last, 0, stage, number, "conv.out", {**UNDEFINED, **NO_STREAM}))

    def whole() -> Sites:
        first = Site(Input(parts["denseblock1"]), ChannelsFirst())
        return {"embed": first, **norm("norm", parts["norm5"], None)}

    return [Unit("", whole, grid), *stages]


def _sites(layer: Any) -> Sites:
    return {
        **norm("norm1", layer.norm1, None),
        **norm("norm2", layer.norm2, None),
        "conv.out": Site(Output(layer.norm2), ChannelsFirst()),  # timm's norm includes the non-linearity
        "conv.write": Site(Output(layer.conv2), ChannelsFirst()),
    }
