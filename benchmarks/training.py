"""Training speed: images per second from the table of scenes to the optimiser's step, drawing included.

    python benchmarks/training.py [--device cuda] [--seconds 10] [--json FILE]

On a GPU: ViT-B/16 at 224 px as the paper tier trains it (bf16 autocast, torch.compile, fused AdamW), against the same
without compilation and against PyTorch's defaults (fp32, uncompiled); with the share of the peak arithmetic that it
reaches, by the maker's figure and by a large matrix product measured in the same run. Operations per image are three
times those of a forward pass, as counted by torch. Compilation takes about a minute.

On a CPU: the demo's small model on one thread, all of it trained, four of six blocks frozen, and pretraining; seconds
are of CPU time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import model_of

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.models.build import Classifier
from vitatlas.relations.config.training import Finetuning, Pretraining
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.finetuning.run import FinetuningRun, initial_classifier
from vitatlas.relations.pretraining.run import PretrainingRun
from vitatlas.relations.pretraining.world import World
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.sets import make_split

NOISE_STD = 10.0
WARM_UP = 5  # steps before the clock starts, the first of which compiles
PEAKS = {"H200": 989e12, "H100": 989e12, "A100": 312e12}  # dense bf16 operations per second, by NVIDIA's data sheets


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to measure each way")
    parser.add_argument("--batch", type=int, default=128, help="images per step on the GPU")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    figures = on_gpu(arguments) if arguments.device == "cuda" else on_cpu(arguments.seconds)
    for name, value in figures.items():
        print(f"{name:44} {value if isinstance(value, str) else format(value, '.4g'):>16}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def on_gpu(arguments: argparse.Namespace) -> dict[str, float | str]:
    """ViT-B/16, three ways, and what share of the peak the fastest is."""
    name = torch.cuda.get_device_name()
    figures: dict[str, float | str] = {"device": name, "torch": torch.__version__, "batch": arguments.batch}
    ways = {
        "ours": Compute(device="cuda", precision="bf16", compile=True),
        "uncompiled": Compute(device="cuda", precision="bf16"),
        "fp32": Compute(device="cuda"),
    }
    for way, compute in ways.items():
        torch.cuda.reset_peak_memory_stats()
        run = finetuning("scratch_b16", compute, Finetuning(learning_rate=1e-6, batch=arguments.batch, epochs=1000))
        figures[f"{way}_images_per_s"] = speed(run.advance, run.batch, arguments.seconds, wall)
        figures[f"{way}_peak_gb"] = torch.cuda.max_memory_allocated() / 1e9
        del run
    for way in ("uncompiled", "fp32"):
        figures[f"ratio_ours_to_{way}"] = float(figures["ours_images_per_s"]) / float(figures[f"{way}_images_per_s"])
    figures["operations_per_image"] = operations("scratch_b16")
    reached = float(figures["ours_images_per_s"]) * float(figures["operations_per_image"])
    figures["tflops"] = reached / 1e12
    figures["matrix_product_tflops"] = matrix_product(arguments.seconds) / 1e12
    figures["share_of_matrix_product"] = float(figures["tflops"]) / float(figures["matrix_product_tflops"])
    for device, peak in PEAKS.items():
        if device in name:
            figures["share_of_peak"] = reached / peak
    return figures


def on_cpu(seconds: float) -> dict[str, float | str]:
    """The small model on one thread."""
    common = {"learning_rate": 1e-3, "batch": 64, "epochs": 1000}
    compute = Compute(device="cpu")
    whole = finetuning("mini-scratch", compute, Finetuning.model_validate(common))
    frozen = finetuning("mini-scratch", compute, Finetuning.model_validate({**common, "frozen_blocks": 4}))
    settings = Pretraining(method="objects", learning_rate=1e-3, batch=48, steps=10**6)
    world = World(model_of("mini-objects")[1], NOISE_STD, settings, torch.device("cpu"), seed=0)
    pretraining = PretrainingRun("pretraining", model("mini-objects"), settings, world, Device(compute), seed=0)
    figures: dict[str, float | str] = {"device": "cpu, one thread", "torch": torch.__version__}
    for name, run in (("whole", whole), ("four_blocks_frozen", frozen), ("pretraining", pretraining)):
        figures[f"mini_{name}_images_per_s"] = speed(run.advance, run.batch, seconds, time.process_time)
    ratio = float(figures["mini_four_blocks_frozen_images_per_s"]) / float(figures["mini_whole_images_per_s"])
    return figures | {"mini_ratio_frozen_to_whole": ratio}


def finetuning(name: str, compute: Compute, settings: Finetuning) -> FinetuningRun:
    """A fine-tuning of the named model on 6,400 scenes."""
    (network, geometry), device = model_of(name), Device(compute)
    train, val = (
        make_split("discrimination", "256", split, n, geometry, 0) for split, n in (("train", 6400), ("val", 8))
    )
    classifier = initial_classifier(network, geometry, settings, None, seed=0)
    renderer = Renderer(geometry, NOISE_STD, device.torch)
    return FinetuningRun(name, classifier, settings, renderer, train, val, device, seed=0)


def model(name: str) -> Classifier:
    """The named model with random weights."""
    return build(*model_of(name), seed=0)


def speed(advance: Callable[[int], torch.Tensor], batch: int, seconds: float, clock: Callable[[], float]) -> float:
    """Images per second, over as many steps as fit into `seconds`."""
    for step in range(WARM_UP):
        advance(step)
    start, step = clock(), WARM_UP
    while clock() - start < seconds:
        for _ in range(10):
            advance(step)
            step += 1
    return (step - WARM_UP) * batch / (clock() - start)


def wall() -> float:
    """Seconds, after the GPU has done all it was given."""
    torch.cuda.synchronize()
    return time.perf_counter()


def operations(name: str) -> float:
    """Floating-point operations of training on one image: forward, and twice that backward."""
    side = model_of(name)[1].canvas
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(name)(torch.zeros(1, 3, side, side, dtype=torch.uint8))
    return 3.0 * counter.get_total_flops()


def matrix_product(seconds: float, size: int = 8192) -> float:
    """Operations per second of a bf16 matrix product of this size, of random numbers."""
    left, right = (torch.randn(size, size, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    return 2 * size**3 * speed(lambda _: left @ right, 1, seconds, wall)


if __name__ == "__main__":
    main()
