"""How fast encoders of each family encode and learn, against the plain ViT.

    python benchmarks/encoders.py [--device cuda] [--seconds 5] [--models mini-vit mini-swin] [--json FILE]

The demo's miniatures, each trained as the demo trains it, scenes drawn anew in every step; random weights. All in this
one process; on a CPU with one thread, per second of CPU time, which other programs do not lengthen much. Ratios are to
`mini-vit`, which is always measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock, rate

from vitatlas.config.compute import Compute
from vitatlas.config.models import EncoderEntry
from vitatlas.device import Device
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.methods.make import make_method
from vitatlas.encoders.run import EncoderRun
from vitatlas.encoders.scenes import Scenes
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.models.encoder import build_encoder
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[1]
PLAIN = "mini-vit"
BATCH = 64
"""Pictures at a time, of encoding; in training those of the recipe."""
ONCE = 5000
"""Scenes that between them need nearly all parts that pictures are made of."""


def main() -> None:
    """Measure, print a table, write the figures."""
    atlas = load_atlas(ROOT, {"tier": "demo"})
    recipes = atlas.config.section("pictures").encoders.pretraining
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--models", nargs="+", choices=list(recipes), default=list(recipes))
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each measurement takes, at least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    device, now = Device(Compute(device=arguments.device)), partial(clock, arguments.device)
    figures: dict[str, float | str] = {"device": arguments.device}
    # What the world draws once for all pictures is no part of any rate.
    plain = atlas.zoo.encoder(PLAIN).encoder.image
    Renderer(plain, device.torch)(draw(recipes[PLAIN].world, "train", ONCE, seed=1))
    for name in dict.fromkeys([PLAIN, *arguments.models]):
        entry, recipe = atlas.zoo.encoder(name), recipes[name]
        teacher = atlas.zoo.encoder(recipe.teacher) if recipe.teacher else None
        found = {
            "encoding": rate(encoding(entry, recipe, device), arguments.seconds, now),
            "training": rate(training(entry, recipe, teacher, device), arguments.seconds, now),
        }
        for what, value in found.items():
            figures[f"{name}_{what}_per_s"] = value
            figures[f"{name}_{what}_ratio"] = value / figures[f"{PLAIN}_{what}_per_s"]
        print("   ".join([f"{name:14}", *(f"{what} {value:6,.0f}/s" for what, value in found.items())]), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def encoding(entry: EncoderEntry, recipe: EncoderTraining, device: Device):
    """Work that encodes a batch of pictures, which are drawn beforehand."""
    encoder = build_encoder(entry, seed=0).to(device.torch).eval()
    images = Renderer(entry.encoder.image, device.torch)(draw(recipe.world, "train", BATCH, seed=0))

    def work(_: int) -> int:
        with torch.no_grad(), device.autocast():
            encoder(images)
        return BATCH

    return work


def training(entry: EncoderEntry, recipe: EncoderTraining, teacher: EncoderEntry | None, device: Device):
    """Work that does one step of the second half, in which nothing is locked any more, and so on."""
    scenes = Scenes(recipe.world, entry.encoder.image, recipe.batch, device.torch, seed=0)
    taught_by = build_encoder(teacher, seed=0).to(device.torch) if teacher else None
    later = recipe.steps // 2
    run = EncoderRun("benchmark", make_method(entry, recipe, scenes, taught_by, seed=0), recipe, device)

    def work(step: int) -> int:
        run.advance(later + step % later)
        return recipe.batch

    return work


if __name__ == "__main__":
    main()
