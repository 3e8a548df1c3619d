"""The cost of a visualisation: many features in one process, stopped at their site, against one process per feature.

    python benchmarks/visualise.py [--features 32] [--steps 100] [--copies 4] [--rounds 3] [--json FILE]

A small vision transformer for pictures of 64 pixels (six blocks, width 64, random weights), one core. Two ways take
turns, round after round, each in processes of their own, at the first, a middle and the last block:

  together  all features in one process and one batch; the network runs up to the site
  alone     one process per feature, in which the whole network runs, as the authors' code does it

Seconds are of CPU time per feature, from the start of the process, imports and building the network included, to the
finished picture; the least of the rounds. Ratios are of the same round, the median over rounds; the program says
whether they reach their bars.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

BARS = {0: 4.0, 5: 2.0}
"""The least ratio, by block."""
BLOCKS = (0, 2, 5)
SIDE = 64
WAYS = ("together", "alone")


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=int, default=32, help="features together")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    parser.add_argument("--process", nargs=2, metavar=("WAY", "BLOCK"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.process:
        way, block = arguments.process
        ascend(way, int(block), arguments.features, arguments.steps, arguments.copies)
        return
    figures = {"features": arguments.features, "steps": arguments.steps, "copies": arguments.copies}
    print("| block | together, s per feature | alone | ratio | bar |\n|---|---|---|---|---|")
    missed = []
    for block in BLOCKS:
        rounds = [{way: seconds(way, block, arguments) for way in WAYS} for _ in range(arguments.rounds)]
        least = {way: min(one[way] for one in rounds) for way in WAYS}
        ratio, bar = median(one["alone"] / one["together"] for one in rounds), BARS.get(block)
        shown = "" if bar is None else f"{bar:.0f}"
        print(f"| {block} | {least['together']:.2f} | {least['alone']:.2f} | {ratio:.1f} | {shown} |", flush=True)
        figures |= {f"block_{block}_{way}_s": value for way, value in least.items()} | {f"block_{block}_ratio": ratio}
        missed += [f"block {block}: {ratio:.1f} < {bar}"] if bar is not None and ratio < bar else []
    print(f"\nbars: {'; '.join(missed) if missed else 'all held'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def seconds(way: str, block: int, arguments: argparse.Namespace) -> float:
    """CPU seconds per feature of one process."""
    sizes = [f"--{name}={getattr(arguments, name)}" for name in ("features", "steps", "copies")]
    command = [sys.executable, __file__, *sizes, "--process", way, str(block)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    process = os.posix_spawn(sys.executable, command, environment)
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"the process failed: {' '.join(command)}")
    return (usage.ru_utime + usage.ru_stime) / (arguments.features if way == "together" else 1)


def ascend(way: str, block: int, features: int, steps: int, copies: int) -> None:
    """Visualise features of a block, or one: what a process of this way does."""
    from vitatlas.config.compute import Compute
    from vitatlas.config.models import EncoderEntry
    from vitatlas.device import Device
    from vitatlas.features.config.visualise import VisualiseProtocol, VisualiseSettings
    from vitatlas.features.visualise import place as where
    from vitatlas.features.visualise.ascent import Ascent, Task
    from vitatlas.features.visualise.chunks import Feature
    from vitatlas.models.encoder import build_encoder

    statistics = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    architecture = {"patch_size": 8, "embed_dim": 64, "depth": 6, "num_heads": 4}
    entry = {"timm": "vit_tiny_patch16_224", "architecture": architecture, "origin": "none"}
    entry |= {"preprocessing": statistics, "encoder": {"image": SIDE, "classes": 16}}
    encoder = build_encoder(EncoderEntry.model_validate(entry), seed=0).eval().requires_grad_(False)
    device = Device(Compute(device="cpu"))
    if way == "alone":
        features, where.until = 1, whole_pass
    place = where.place_of(encoder, block, "mlp.act", device)
    chunk = [Feature("mlp.act", block, unit, 0, 0.018) for unit in range(features)]
    seeds = [feature.seed(0, "small", 0) for feature in chunk]
    settings = VisualiseSettings(steps=steps, copies=copies)
    ascent = Ascent(Task(chunk, place, seeds, [1.0] * features, settings, VisualiseProtocol()), device)
    while not ascent.done:
        ascent.advance()
    ascent.pictures()


def whole_pass(model: Any, images: Any, site: str) -> Any:
    """The activation at a site, from a pass through the whole network."""
    from vitatlas.models.sites import read

    with read(model, [site]) as found:
        model(images)
    return found[site]


if __name__ == "__main__":
    main()
