"""Networks that are linear in what layers write, by hooks on timm's own forward pass: the brute-force oracle.

What branches read is held as it was in one forward pass, and so are the scales of norms on the residual path and the
length by which CLIP's vectors are divided. Nothing here knows how the decomposition is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from decomposed import half_of, part_of
from torch import Tensor, nn

from vitatlas.components.decompose import Component
from vitatlas.models.encoder import Encoder

# isort: split
from timm.layers import LayerNorm2d

Forward = Callable[[], Tensor]


@contextmanager
def frozen(of: Encoder, images: Tensor) -> Iterator[Forward]:
    """Yield the forward pass of the frozen network on the pictures, which gives z [B, d]."""
    branches, norms = _branches(of.backbone), _path_norms(of.backbone)
    read: dict[str, Tensor] = {}
    scales: dict[str, Tensor] = {}

    def keep_read(name: str) -> Callable[..., None]:
        return lambda _module, _args, output: read.update({name: output.detach()})

    def keep_scale(name: str) -> Callable[..., None]:
        return lambda norm, args, _output: scales.update({name: _scale(norm, args[0]).detach()})

    with ExitStack() as recording:
        _hook(recording, branches, keep_read)
        _hook(recording, norms, keep_scale)
        length = _vector(of, images).detach().norm(dim=1, keepdim=True)
    if of.entry.encoder.readout != "projected":
        length = length.new_ones(1, 1)

    with ExitStack() as replaying:
        _hook(replaying, branches, lambda name: lambda _module, _args, _output: read[name])
        _hook(replaying, norms, lambda name: lambda norm, args, _output: _normed(norm, args[0], scales[name]))
        yield lambda: _vector(of, images) / length


@contextmanager
def scaled(of: Encoder, component: Component, start: str, factor: float) -> Iterator[None]:
    """What the component writes, times a factor."""
    if component.kind == "init":
        first = half_of(of.backbone, start)
        handle = getattr(first, "conv", first).register_forward_pre_hook(lambda _module, args: (args[0] * factor,))
    elif component.kind == "head":
        projection = half_of(of.backbone, part_of(component)).attn.proj
        width = projection.in_features // half_of(of.backbone, part_of(component)).attn.num_heads
        before = projection.weight.detach().clone()
        projection.weight.data[:, component.head * width : (component.head + 1) * width] *= factor
        handle = _Restored(projection, before)
    else:
        part = half_of(of.backbone, part_of(component))
        module = part.conv.conv3_1x1 if component.kind == "conv" else part.mlp
        handle = module.register_forward_hook(lambda _module, _args, output: output * factor)
    try:
        yield
    finally:
        handle.remove()


class _Restored:
    def __init__(self, projection: nn.Linear, weight: Tensor):
        self._projection, self._weight = projection, weight

    def remove(self) -> None:
        self._projection.weight.data.copy_(self._weight)


def _hook(stack: ExitStack, modules: dict[str, nn.Module], hook: Callable[[str], Callable[..., Any]]) -> None:
    for name, module in modules.items():
        stack.callback(module.register_forward_hook(hook(name)).remove)


def _branches(network: nn.Module) -> dict[str, nn.Module]:
    """The norms with which branches begin. Those within MaxViT's convolutions have the same names."""
    entries = ("norm1", "norm2", "pre_norm")
    return {
        name: module
        for name, module in network.named_modules()
        if name.rpartition(".")[2] in entries and ".conv.norm" not in name
    }


def _path_norms(network: nn.Module) -> dict[str, nn.Module]:
    return {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, nn.LayerNorm) and (name in ("norm", "fc_norm") or name.endswith("downsample.norm"))
    }


def _vector(of: Encoder, images: Tensor) -> Tensor:
    """z before it is brought to unit length."""
    features = of.features(images)
    return of.backbone.forward_head(features) if of.entry.encoder.readout == "projected" else of.read(features)


def _axis(norm: nn.Module) -> int:
    return 1 if isinstance(norm, LayerNorm2d) else -1


def _scale(norm: Any, value: Tensor) -> Tensor:
    return (value.var(_axis(norm), correction=0, keepdim=True) + norm.eps) ** -0.5


def _normed(norm: Any, value: Tensor, scale: Tensor) -> Tensor:
    shape = (1, -1, 1, 1) if _axis(norm) == 1 else (-1,)
    centred = value - value.mean(_axis(norm), keepdim=True)
    return centred * scale * norm.weight.view(shape) + norm.bias.view(shape)
