"""Time of probing the intermediate judgement and intervening along it, against a full forward pass per intervention.

    python benchmarks/probes.py [--device cuda] [--models mini-scratch=100 scratch_b16=1] [--json FILE]

The whole sweep, of random weights: probes of all layers are trained on the pairs of images, then every layer, pair and
scale (1/2, 1, 2) gets the intervention and the control. MODEL=IMAGES says how many images of either label are trained
on, and how many are intervened on. Two ways to the same numbers:

  ours   one pass over the images gives the tokens of all layers, probes of all layers are trained together, and an
         intervention runs the blocks above its layer only; of the last one, only the class token
  full   a pass over the training images per layer, for its tokens, and one probe after the other; each intervention is
         a forward pass of the whole model in which a hook adds the direction

Images are drawn once for both. The shares of flipped answers must agree to 0.02 (rounding may decide a tie), or the
program fails. On a CPU, seconds are of CPU time of one thread; on a GPU, of wall time, after a pass that is not timed.

The small model takes seconds; ViT-B/16 on two images, minutes on one CPU core.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock, model_of

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.jobs.progress import Progress
from vitatlas.models.interchange import put, take
from vitatlas.models.sites import patch, read
from vitatlas.relations.config.probe import Probing
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.probes.fit import learn
from vitatlas.relations.probes.intervene import Key, intervene
from vitatlas.relations.probes.pairs import PAIRS, Pairs
from vitatlas.relations.probes.vectors import pair_vectors, side_by_side
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.sets import make_split

Shares = dict[Key, float]
Way = Callable[[CutModel, Pairs, Pairs, Probing], Shares]


def main() -> None:
    """Measure every model both ways, print times and ratio, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--models", nargs="+", default=["mini-scratch=100"], metavar="MODEL=IMAGES")
    parser.add_argument("--batch", type=int, default=50, help="images per forward pass")
    parser.add_argument("--rounds", type=int, default=1, help="how often each way is measured; the fastest counts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {"device": arguments.device}
    for text in arguments.models:
        model, number = text.split("=")
        figures |= compare(model, int(number), arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def compare(name: str, number: int, arguments: argparse.Namespace) -> dict[str, float]:
    """Seconds of both ways, and their ratio."""
    device = Device(Compute(device=arguments.device))
    network, geometry = model_of(name)
    model = CutModel(build(network, geometry, seed=0), device)
    size = {"train": number, "test_iid": number}
    settings = Probing(images_per_label=size, evaluation_batch=arguments.batch, cache_mb=1)
    train, test = (
        Drawn(make_split("rmts", "256", split, 2 * number, geometry, seed=0), Renderer(geometry, 10, device.torch), 1)
        for split in size
    )
    seconds: dict[str, float] = {}
    shares: dict[str, Shares] = {}
    for _ in range(arguments.rounds + (arguments.device == "cuda")):
        for way, sweep in WAYS.items():
            start = clock(arguments.device)
            shares[way] = sweep(model, train, test, settings)
            took = clock(arguments.device) - start
            seconds[way] = min(took, seconds.get(way, took))
    keys = [key for key in shares["full"] if key.quantity != "probe"]
    np.testing.assert_allclose([shares["ours"][key] for key in keys], [shares["full"][key] for key in keys], atol=0.02)
    ratio = seconds["full"] / seconds["ours"]
    told = ", ".join(f"{way} {found:.2f} s" for way, found in seconds.items())
    print(f"{name}, {2 * number} images to train on and as many to intervene on: {told}; full / ours = {ratio:.2f}")
    return {f"{name}_{way}_s": found for way, found in seconds.items()} | {f"{name}_ratio_full_to_ours": ratio}


class Drawn(Pairs):
    """Pairs whose images are drawn before the clock starts."""

    def __init__(self, *given: Any):
        super().__init__(*given)
        self._drawn = super().images(torch.arange(len(self), device=self.flipped.device))

    def images(self, rows: Tensor) -> Tensor:
        """As drawn."""
        return self._drawn[rows]


def ours(model: CutModel, train: Pairs, test: Pairs, settings: Probing) -> Shares:
    """The package's sweep: see `vitatlas.relations.probes.job`."""
    layers = list(range(model.depth))
    vectors = pair_vectors(model, train, layers, settings.evaluation_batch)
    probes = learn(vectors.flatten(1, 2), train.same.flatten(), layers, settings, seed=0)
    with Progress(len(test), "ours", every=1e9) as progress:
        found = intervene(model, test, probes, layers, settings.alphas, settings.evaluation_batch, progress)
    return {key: float(seen.mean()) for key, seen in found.of.items()}


def full(model: CutModel, train: Pairs, test: Pairs, settings: Probing) -> Shares:
    """Every layer for itself, every intervention from the image on."""
    shares: Shares = {}
    for layer in range(model.depth):
        probes = learn(_read(model, train, layer, settings), train.same.flatten(), [layer], settings, seed=0)
        directions = probes.directions(model.classifier.width)[0]
        for index, pair in enumerate(PAIRS):
            same = test.same[:, index]
            for quantity, aim in (("intervention", 1 - same), ("control", same)):
                for alpha in settings.alphas:
                    flipped = _flipped(model, test, layer, test.tokens[:, index], alpha * directions, aim, settings)
                    shares[Key(layer, quantity, pair, alpha)] = flipped
    return shares


@torch.no_grad()
def _read(model: CutModel, pairs: Pairs, layer: int, settings: Probing) -> Tensor:
    """The vectors [1, 2N, F] of one layer, by a whole forward pass."""
    site, parts = f"block.{layer}.resid_post", []
    with read(model.classifier, [site]) as found:
        for rows in pairs.batches(settings.evaluation_batch):
            model.classifier(pairs.images(rows))
            parts.append(side_by_side(found[site], pairs.tokens[rows]))
    return torch.cat(parts).flatten(0, 1).unsqueeze(0)


@torch.no_grad()
def _flipped(
    model: CutModel, pairs: Pairs, layer: int, tokens: Tensor, push: Tensor, aim: Tensor, settings: Probing
) -> float:
    """How many answers are the flipped one when `push` [2, n, D] is added, by whole forward passes."""
    count = 0
    for rows in pairs.batches(settings.evaluation_batch):

        def add(values: Tensor, rows: Tensor = rows) -> Tensor:
            return put(values, tokens[rows], take(values, tokens[rows]) + push[aim[rows]])

        with patch(model.classifier, {f"block.{layer}.resid_post": add}):
            count += int((model.classifier(pairs.images(rows)).argmax(1) == pairs.flipped[rows]).sum())
    return count / len(pairs)


WAYS: dict[str, Way] = {"ours": ours, "full": full}


if __name__ == "__main__":
    main()
