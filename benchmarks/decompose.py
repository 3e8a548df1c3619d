"""The cost of taking representations apart, against the forward pass alone and against a walk over the graph.

    python benchmarks/decompose.py [--device cuda] [--networks vit swin maxvit] [--batch 2] [--rounds 5] [--json FILE]

The last five blocks of ViT-B, Swin-S and MaxViT-T, random weights; all in this one process, on a CPU with one thread,
where it takes about a minute and a half, and seconds are of CPU time.
Four ways take turns, round after round, so that what slows the machine down slows all of them:

  forward   the bare forward pass: what any way costs at least
  heads     and all components, heads apart
  tokens    and the shares of all tokens, in all these heads, along one direction of z
  walk      components by the paper's recursion as it is written (`walking.py`): every entry, of the stream's full
            shape, goes through every later node

Ratios are to `forward` in the same round, the median over rounds. Memory is the highest on top of what is there before,
less that of `forward`; bytes are those of what is found, in float32. Components by `walk` must be those of the policy
`uniform`, or the program fails.
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

from walking import walk

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.numerics.clock import peak_mib, seconds
from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import Encoder, build_encoder

BLOCKS = 5
NETWORKS = {
    "vit": ("vit_base_patch16_224", "cls"),
    "swin": ("swin_small_patch4_window7_224", "mean"),
    "maxvit": ("maxvit_tiny_tf_224", "mean"),
}
MEASURED = 3
"""How often memory is measured: what the process has freed and not given back blurs it."""
BARS = {"heads": 1.2, "tokens": 1.5}
"""The most that a way may cost, in forward passes."""
EXTRA_MIB = 300
"""The most memory that these ways may need beyond that of the forward pass."""
STATISTICS = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


def main() -> None:
    """Measure every network and way, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--batch", type=int, default=2, help="pictures at a time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    figures: dict[str, Any] = {"device": arguments.device, "batch": arguments.batch}
    print("| network | way | images/s | × forward | more MiB | bytes per picture |\n|---|---|---|---|---|---|")
    for name in arguments.networks:
        figures |= measured(name, torch.device(arguments.device), arguments.batch, arguments.rounds)
    missed = [f"{key}: {figures[key]:.2f} > {bar}" for key, bar in bars(arguments.networks) if not figures[key] <= bar]
    print(f"\nbars: {'; '.join(missed) if missed else 'all held'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def bars(networks: list[str]) -> list[tuple[str, float]]:
    """Figures, and what they may be at most."""
    return [
        (f"{name}_{way}_{what}", bar)
        for name in networks
        for way, ratio in BARS.items()
        for what, bar in (("ratio", ratio), ("more_mib", EXTRA_MIB))
    ]


@torch.no_grad()
def measured(name: str, device: torch.device, batch: int, rounds: int) -> dict[str, float]:
    """The figures of one network; prints its rows."""
    encoder = build(*NETWORKS[name]).to(device)
    of = Decomposer(encoder, Decomposer(encoder).path.parts[-BLOCKS].name)
    images = torch.randint(256, (batch, 3, encoder.side, encoder.side), dtype=torch.uint8).to(device)
    ways = ways_of(of, images)
    found = {way: call() for way, call in ways.items()}  # what is made once, is made before anything is timed
    uniform = Decomposer(encoder, of.parts[0].name, "uniform")
    torch.testing.assert_close(found["walk"], uniform(images)[1], rtol=0, atol=1e-4)
    times = [{way: seconds(call, device) for way, call in ways.items()} for _ in range(rounds)]
    peaks = {way: median(peak_mib(call, device) for _ in range(MEASURED)) for way, call in ways.items()}
    figures: dict[str, float] = {}
    for way in ways:
        rate = batch / min(time[way] for time in times)
        ratio = median(time[way] / time["forward"] for time in times)
        more, size = peaks[way] - peaks["forward"], bytes_of(found[way]) // batch
        print(f"| {name} | {way} | {rate:.2f} | {ratio:.2f} | {max(more, 0):.0f} | {size:,} |", flush=True)
        one = {"images_per_s": rate, "ratio": ratio, "more_mib": more, "bytes_per_picture": size}
        figures |= {f"{name}_{way}_{what}": value for what, value in one.items()}
    return figures


def ways_of(of: Decomposer, images: Tensor) -> dict[str, Callable[[], Any]]:
    """The ways, by name."""
    along = torch.randn(of.encoder.width, device=images.device)
    heads = [number for number, component in enumerate(of.components) if component.kind == "head"]
    return {
        "forward": lambda: of.encoder(images),
        "heads": lambda: of(images),
        "tokens": lambda: token_shares(of, images, dict.fromkeys(heads, along)),
        "walk": lambda: walk(of.encoder, images, of.parts[0].name),
    }


def bytes_of(found: Any) -> int:
    """Bytes of a representation, of components beside it, or of maps of tokens."""
    if isinstance(found, Tensor):
        return found.numel() * found.element_size()
    return bytes_of(found[1]) if isinstance(found, tuple) else sum(bytes_of(one.maps) for one in found.values())


def build(architecture: str, readout: str) -> Encoder:
    """A network with random weights, whose biases and norms are not those that networks start with."""
    settings = {"image": 224, "readout": readout}
    described = {"timm": architecture, "origin": "none", "preprocessing": STATISTICS, "encoder": settings}
    encoder = build_encoder(EncoderEntry.model_validate(described), seed=0).eval()
    torch.manual_seed(0)
    with torch.no_grad():
        for value in encoder.parameters():
            if value.ndim == 1:
                value += 0.1 * torch.randn_like(value)
    return encoder


if __name__ == "__main__":
    main()
