"""Time of a training step of alignment search at every layer, and its memory, against the ways it is done elsewhere.

    python benchmarks/das.py [--device cuda] [--models mini-scratch=64 scratch_b16=16] [--layers 0 6] [--json FILE]

Four ways to the same step (forward, backward, Adam on the same rotation and mask; the same random weights and images;
MODEL=BATCH says how many examples a step has), each in a process of its own:

  ours     what lies below the layer is computed before the clock starts and kept; only what is above runs, and of the
           last block only the class token
  full     both images through the whole model in every step, the rotation computed once (Cayley)
  pyvene   the same intervention by pyvene: at every token of the object, torch's orthogonal parametrisation
  cached   the same, with the rotation computed once per step (torch's parametrize.cached)

The last two run where pyvene can be imported. Losses must agree to 1e-4 with those of `ours`, or the program fails. On
a CPU, seconds are of CPU time of one thread, and memory is the process's peak (resident set) above what it held before
the first step, the kept streams of the step's examples included; on a GPU, seconds are of wall time, and memory is what
torch's allocator held. A sweep keeps the streams of all its training examples, which the program states too.

ViT-B/16 takes about a minute per layer on one CPU core, the small model seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock, memory, model_of

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.models.build import Classifier
from vitatlas.models.interchange import Interchange, interchange, put, take
from vitatlas.relations.config.das import CONTROLS
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.operator import Subspace, blend
from vitatlas.relations.das.streams import Kept, bytes_per_layer
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.sets import make_split

PENALTY = 1e-3
TEMPERATURE = 0.5
Loss = Callable[[], Tensor]


def main() -> None:
    """Measure every model and way, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--models", nargs="+", default=["mini-scratch=64", "scratch_b16=16"], metavar="MODEL=BATCH")
    parser.add_argument("--layers", nargs="+", type=int, help="which layers; all where nothing is said")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="`ours` is always among them")
    parser.add_argument("--steps", type=int, default=3, help="steps that are timed, after one that is not")
    parser.add_argument("--precision", default="fp32", choices=["fp32", "bf16"], help="of ours, on a GPU")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = {model: int(number) for model, number in (text.split("=") for text in arguments.models)}
    if arguments.way:
        print(json.dumps(one_way(*chosen.popitem(), arguments)))
        return
    possible = WAYS if importlib.util.find_spec("pyvene") else WAYS[:2]
    ways = [way for way in possible if way == "ours" or way in arguments.ways]
    figures: dict[str, Any] = {"device": arguments.device, "precision": arguments.precision}
    for model, number in chosen.items():
        found = {way: in_process_of_its_own(model, number, way, arguments) for way in ways}
        figures |= compare(model, found)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def compare(model: str, found: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Check that all ways do the same; print and return times and ratios."""
    ours, figures = found["ours"], {}
    for way, result in found.items():
        exact = ours["precision"] == "fp32"
        np.testing.assert_allclose(result["losses"], ours["losses"], rtol=0, atol=1e-4 if exact else 0.05)
        times = " ".join(f"{1e3 * seconds:8.1f}" for seconds in result["seconds"])
        print(f"{model:14} {way:8} peak {result['peak_mb']:8.1f} MB, ms per step by layer {result['layers']}: {times}")
        figures[f"{model}_{way}_peak_mb"] = result["peak_mb"]
        figures |= {
            f"{model}_{way}_ms_layer{k}": 1e3 * s for k, s in zip(result["layers"], result["seconds"], strict=True)
        }
        if way != "ours":
            ratios = np.array(result["seconds"]) / np.array(ours["seconds"])
            told = ", ".join(f"{layer}: {ratio:.2f}" for layer, ratio in zip(ours["layers"], ratios, strict=True))
            print(f"{model:14} {way} takes {ratios.mean():.2f} times as long as ours on average ({told})")
            figures[f"{model}_ratio_{way}_to_ours_mean"] = float(ratios.mean())
            figures |= {
                f"{model}_ratio_{way}_to_ours_layer{k}": float(r) for k, r in zip(ours["layers"], ratios, strict=True)
            }
    print(f"{model:14} streams of 2,000 examples take {ours['cache_mb']:.0f} MB per layer")
    return figures | {f"{model}_cache_mb_per_layer": ours["cache_mb"]}


def in_process_of_its_own(model: str, number: int, way: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """What `one_way` returns, measured in a fresh interpreter, so that no peak hides another."""
    options = ["--models", f"{model}={number}", "--device", arguments.device, "--steps", str(arguments.steps)]
    options += ["--precision", arguments.precision]
    options += ["--layers", *map(str, arguments.layers)] if arguments.layers else []
    done = subprocess.run([sys.executable, __file__, "--way", way, *options], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def one_way(model: str, batch: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds per step and first loss at each layer, and peak memory."""
    precision = arguments.precision if arguments.way == "ours" else "fp32"
    device = Device(Compute(device=arguments.device, precision=precision, compile=False))
    network, geometry = model_of(model)
    classifier = build(network, geometry, seed=0).to(device.torch).eval().requires_grad_(False)
    scenes = make_split("discrimination", "256", "train", 40 * batch, geometry, seed=0)
    found = make_counterfactuals(scenes, "shape", "train", batch, geometry, seed=0)
    examples = Examples(found, Renderer(geometry, 10.0, device.torch), classifier.prefix, seed=0)
    cut = CutModel(classifier, device)
    layers = arguments.layers or list(range(classifier.depth))
    before, seconds, losses = memory(arguments.device), [], []
    for layer in layers:
        subspace = Subspace(classifier.width, torch.Generator().manual_seed(0)).to(device.torch)
        make = {"ours": ours, "full": full}.get(arguments.way) or partial(pyvenes, cached=arguments.way == "cached")
        loss, parameters = make(cut, examples, layer, subspace)
        adam = torch.optim.Adam(parameters, lr=1e-3)
        losses.append(step(loss, adam))
        start = clock(arguments.device)
        for _ in range(arguments.steps):
            step(loss, adam)
        seconds.append((clock(arguments.device) - start) / arguments.steps)
    cache = bytes_per_layer(cut, examples, CONTROLS) / batch * 2000 / 1e6
    about = {"layers": layers, "seconds": seconds, "losses": losses, "precision": precision, "cache_mb": cache}
    return about | {"peak_mb": (memory(arguments.device) - before) / 1e6}


def step(loss: Loss, adam: torch.optim.Optimizer) -> float:
    """One step of gradient descent; the loss before it."""
    adam.zero_grad(set_to_none=True)
    value = loss()
    value.backward()
    adam.step()
    return float(value.detach())


def ours(cut: CutModel, examples: Examples, layer: int, subspace: Subspace) -> tuple[Loss, list[nn.Parameter]]:
    """The package's step: see `vitatlas.relations.das.fit`."""
    streams = Kept(cut, examples, [layer], ["none"], 64)
    rows = torch.arange(len(examples), device=examples.target.device)

    def loss() -> Tensor:
        tokens, source = streams(layer, "none", rows)
        mask = subspace.mask(TEMPERATURE)
        new = blend(take(tokens, examples.edited), source, subspace.rotation(), mask)
        logits = cut.above(put(tokens, examples.edited, new), layer)
        return F.cross_entropy(logits, examples.target) + PENALTY * mask.sum()

    return loss, list(subspace.parameters())


def full(cut: CutModel, examples: Examples, layer: int, subspace: Subspace) -> tuple[Loss, list[nn.Parameter]]:
    """Both images through the whole model."""
    base, source = examples.images(torch.arange(len(examples), device=examples.target.device))

    def loss() -> Tensor:
        mask = subspace.mask(TEMPERATURE)
        edit = partial(blend, rotation=subspace.rotation(), mask=mask)
        site = Interchange(f"block.{layer}.resid_post", examples.edited, examples.given["none"], blend=edit)
        logits = interchange(cut.classifier, base, source, [site])
        return F.cross_entropy(logits, examples.target) + PENALTY * mask.sum()

    return loss, list(subspace.parameters())


def pyvenes(
    cut: CutModel, examples: Examples, layer: int, subspace: Subspace, *, cached: bool
) -> tuple[Loss, list[nn.Parameter]]:
    """pyvene's step, from the same rotation and mask."""
    import pyvene

    base, source = examples.images(torch.arange(len(examples), device=examples.target.device))
    learned = pyvene.SigmoidMaskRotatedSpaceIntervention(embed_dim=cut.classifier.width, keep_last_dim=False)
    learned.to(base.device).rotate_layer.weight = subspace.rotation().detach()
    learned.masks.data = subspace.logits.detach().clone()
    learned.set_temperature(torch.tensor(TEMPERATURE, device=base.device))
    learned.temperature.requires_grad_(False)
    site = pyvene.RepresentationConfig(
        layer=layer,
        component=f"classifier.backbone.blocks[{layer}].output",
        unit="pos",
        max_number_of_units=1,
        intervention=learned,
        group_key=0,
    )
    config = pyvene.IntervenableConfig([site] * examples.edited.shape[1])
    model = pyvene.IntervenableModel(config, ForPyvene(cut.classifier))
    places = tuple(
        [[[token] for token in column.tolist()] for column in tokens.T]
        for tokens in (examples.given["none"], examples.edited)
    )

    def loss() -> Tensor:
        with parametrize.cached() if cached else nullcontext():
            _, logits = model({"images": base}, [{"images": source}], {"sources->base": places})
            penalty = PENALTY * torch.sigmoid(learned.masks / TEMPERATURE).sum()
            return F.cross_entropy(logits, examples.target) + penalty

    return loss, [value for value in learned.parameters() if value.requires_grad]


class ForPyvene(nn.Module):
    """A classifier with what pyvene asks for: a configuration, a device, and arguments by name."""

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier
        self.config = SimpleNamespace(hidden_size=classifier.width)
        self.device = classifier.head.weight.device

    def forward(self, images: Tensor) -> Tensor:
        """Logits."""
        return self.classifier(images)


WAYS = ("ours", "full", "pyvene", "cached")


if __name__ == "__main__":
    main()
