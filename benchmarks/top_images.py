"""The cost of scores of all units in one pass, against one pass per layer.

    python benchmarks/top_images.py [--device cuda] [--pictures 64] [--batch 16] [--rounds 3] [--json FILE]

A plain vision transformer of 12 blocks and a Swin-T, random weights; on a CPU with one thread, where it takes about a
minute and a half, and seconds are of CPU time. Three ways take turns, round after round, so that what slows the machine
down slows all of them:

  forward    the bare forward pass: what any way costs at least
  all        scores of all units of all layers, and counts of their patches' activations, from one pass
  per layer  the same, layer by layer, each from a pass that ends at the layer

Ratios are those of the same round, the median over rounds. Both ways must find the same, or the program fails; and
`all` must be at least `BAR` times as fast as `per layer`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from vitatlas.components.numerics.clock import seconds
from vitatlas.config.models import EncoderEntry
from vitatlas.features.config.top import SiteOfLayer
from vitatlas.features.top.scores import Scorer
from vitatlas.features.top.tail import Tail
from vitatlas.features.top.watched import Watched, watched
from vitatlas.models.encoder import Encoder, build_encoder

NETWORKS: dict[str, tuple[str, dict[str, Any], int]] = {
    "vit": ("vit_tiny_patch16_224", {"patch_size": 8}, 64),
    "swin": ("swin_tiny_patch4_window7_224", {}, 224),
}
BAR = 3.0
"""How much faster one pass must be at least."""
STATISTICS = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


def main() -> None:
    """Measure both networks, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--pictures", type=int, default=64, help="of the plain network; of the other an eighth")
    parser.add_argument("--batch", type=int, default=16, help="pictures at a time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    figures: dict[str, Any] = {"device": arguments.device, "batch": arguments.batch}
    print("| network | way | images/s | × forward |\n|---|---|---|---|")
    for name in arguments.networks:
        count = arguments.pictures if name == "vit" else max(arguments.pictures // 8, 1)
        figures |= measured(name, torch.device(arguments.device), count, arguments.batch, arguments.rounds)
    missed = [name for name in arguments.networks if not figures[f"{name}_gain"] >= BAR]
    gains = ", ".join(f"{name} {figures[f'{name}_gain']:.1f} times" for name in arguments.networks)
    print(f"\none pass is faster than one per layer: {gains}; bar {BAR}: {missed or 'held'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    sys.exit(bool(missed))


@torch.no_grad()
def measured(name: str, device: torch.device, pictures: int, batch: int, rounds: int) -> dict[str, float]:
    """The figures of one network; prints its rows."""
    encoder = build(name).to(device).eval()
    images = torch.randint(256, (pictures, 3, encoder.side, encoder.side), dtype=torch.uint8).to(device)
    ways = ways_of(encoder, images.split(batch))
    (one, counts), (other, other_counts) = ways["all"](), ways["per layer"]()
    torch.testing.assert_close(one, other)
    torch.testing.assert_close(counts, other_counts, rtol=0, atol=0)
    times = [{way: seconds(call, device) for way, call in ways.items()} for _ in range(rounds)]
    figures: dict[str, float] = {}
    for way in ways:
        rate = pictures / min(time[way] for time in times)
        ratio = median(time[way] / time["forward"] for time in times)
        print(f"| {name} | {way} | {rate:.1f} | {ratio:.2f} |", flush=True)
        figures |= {f"{name}_{way.replace(' ', '_')}_{what}": x for what, x in (("rate", rate), ("ratio", ratio))}
    return figures | {f"{name}_gain": median(time["per layer"] / time["all"] for time in times)}


def ways_of(encoder: Encoder, batches: tuple[Tensor, ...]) -> dict[str, Callable[[], Any]]:
    """The ways, by name."""
    of = watched(encoder, [SiteOfLayer()])
    single = [watched(encoder, [SiteOfLayer(layers=[one.layer])]) for one in of]

    def per_layer() -> tuple[Tensor, Tensor]:
        found = [scores(encoder, alone, batches) for alone in single]
        return torch.cat([values for values, _ in found], 1), torch.cat([counts for _, counts in found])

    return {
        "forward": lambda: [encoder(images) for images in batches],
        "all": lambda: scores(encoder, of, batches),
        "per layer": per_layer,
    }


def scores(encoder: Encoder, of: list[Watched], batches: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """Scores [pictures, units, 2], and counts."""
    tail = Tail(of[-1].first + of[-1].units, batches[0].device)
    scorer = Scorer(encoder, of)
    return torch.cat([scorer(images, tail) for images in batches]), tail.counts


def build(name: str) -> Encoder:
    """A network with random weights."""
    architecture, changes, side = NETWORKS[name]
    settings = {"image": side, "classes": 10}
    described = {"timm": architecture, "architecture": changes, "origin": "none", "preprocessing": STATISTICS}
    return build_encoder(EncoderEntry.model_validate(described | {"encoder": settings}), seed=0)


if __name__ == "__main__":
    main()
