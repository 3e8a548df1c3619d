"""Time and memory of the analysis of attention, against storing attention tensors and reducing them afterwards.

    python benchmarks/attention.py [--device cuda] [--images mini-scratch=512 scratch_b16=32] [--json FILE]

Three ways to the same table, each in a process of its own, on the same random weights and images:

  rows     ours: each layer's masses from the rows of object tokens, inside the forward pass
  batch    the attention of all layers, B×L×H×T×T, is stored for one batch at a time and then reduced
  all      the attention of all images, N×L×H×T×T, is stored and then reduced

`forward` is the bare forward pass: what any way costs at least. On a CPU, seconds are of CPU time of one thread, and
memory is the process's peak (resident set) above its peak after two images; on a GPU, seconds are of wall time, and
memory is what torch's allocator held. The tables must agree to 1e-5, or the program fails.

What `all` stores grows with the number of images (22 MB each for ViT-B/16; the analysis looks at 500), what `rows`
needs does not. ViT-B/16 takes about a minute and a half on one CPU core, the small model seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock, memory, model_of

from vitatlas.models.build import Classifier
from vitatlas.models.sites import read
from vitatlas.relations.attention.job import measure
from vitatlas.relations.attention.masses import TokenSets, quantities, relation_sets
from vitatlas.relations.attention.sample import scene_objects
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split

WAYS = ("forward", "rows", "batch", "all")
NOISE_STD = 10.0


def main() -> None:
    """Measure every model and way, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--images", nargs="+", default=["mini-scratch=512", "scratch_b16=32"], metavar="MODEL=NUMBER")
    parser.add_argument("--batch", type=int, default=8, help="images per forward pass")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = {model: int(number) for model, number in (text.split("=") for text in arguments.images)}
    if arguments.way:
        print(json.dumps(one_way(*chosen.popitem(), arguments.way, arguments.device, arguments.batch)))
        return
    figures: dict[str, float | str] = {"device": arguments.device, "batch": arguments.batch}
    print(f"{'model':14} {'way':8} {'images':>6} {'seconds':>9} {'peak MB':>9}")
    for model, number in chosen.items():
        found = {way: in_process_of_its_own(model, number, way, arguments) for way in WAYS}
        np.testing.assert_allclose(found["rows"]["values"], found["batch"]["values"], atol=1e-5)
        np.testing.assert_allclose(found["rows"]["values"], found["all"]["values"], atol=1e-5)
        for way, result in found.items():
            print(f"{model:14} {way:8} {number:6} {result['seconds']:9.2f} {result['peak_mb']:9.1f}")
            figures |= {f"{model}_{way}_{key}": result[key] for key in ("seconds", "peak_mb")}
        figures[f"{model}_images"] = number
        for way in ("batch", "all"):
            for key, name in (("peak_mb", "memory"), ("seconds", "time")):
                ratio = found[way][key] / found["rows"][key]
                figures[f"{model}_{name}_ratio_{way}_to_rows"] = ratio
                print(f"{model:14} {way} needs {ratio:.2f} times the {name} of rows")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def in_process_of_its_own(model: str, number: int, way: str, arguments: argparse.Namespace) -> dict:
    """What `one_way` returns, measured in a fresh interpreter, so that no peak hides another."""
    options = ["--images", f"{model}={number}", "--batch", str(arguments.batch), "--device", arguments.device]
    done = subprocess.run([sys.executable, __file__, "--way", way, *options], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def one_way(model: str, number: int, way: str, device: str, batch: int) -> dict:
    """Seconds and peak memory of one way, and the values of its table."""
    torch.set_num_threads(1)
    network, geometry = model_of(model)
    classifier = build(network, geometry, seed=0).to(device).eval()
    scenes = make_split("discrimination", "256", "test", number, geometry, seed=0)
    renderer = Renderer(geometry, NOISE_STD, device)
    run = partial(FUNCTIONS[way], classifier, renderer=renderer, batch=batch)
    run(scenes[:2])  # what is loaded and allocated once
    before, start = memory(device), clock(device)
    values = run(scenes)
    return {"seconds": clock(device) - start, "peak_mb": (memory(device) - before) / 1e6, "values": values}


@torch.inference_mode()
def run_forward(classifier: Classifier, scenes: Scenes, renderer: Renderer, batch: int) -> list[float]:
    """The forward pass alone."""
    for start in range(0, len(scenes), batch):
        classifier(renderer(scenes[start : start + batch]))
    return []


def run_rows(classifier: Classifier, scenes: Scenes, renderer: Renderer, batch: int) -> list[float]:
    """The package's analysis: means over images by quantity, layer and head."""
    table = measure(classifier, scenes, renderer, batch)
    return table[table["pairs"] == "all"].sort_values(["quantity", "layer", "head"])["value"].tolist()


@torch.inference_mode()
def run_stored(classifier: Classifier, scenes: Scenes, renderer: Renderer, batch: int, *, at_once: bool) -> list[float]:
    """The same means from stored attention: of all images `at_once`, or of one batch at a time."""
    stored: list[tuple[TokenSets, list[torch.Tensor]]] = []
    found: list[pd.DataFrame] = []
    sites = [f"block.{layer}.attn.pattern" for layer in range(classifier.depth)]
    for start in range(0, len(scenes), batch):
        part = scenes[start : start + batch]
        sets = relation_sets(scene_objects(part, renderer.geometry, classifier.prefix), classifier.prefix)
        with read(classifier, sites) as cache:
            classifier(renderer(part))
        stored.append((sets.to(renderer.device), [cache.pop(site) for site in sites]))
        if not at_once:
            found += [reduce_stored(*item) for item in stored]
            stored.clear()
    found += [reduce_stored(*item) for item in stored]
    table = pd.concat(found).groupby(["quantity", "layer", "head"])["value"].sum() / len(scenes)
    return table.sort_index().tolist()


def reduce_stored(sets: TokenSets, patterns: list[torch.Tensor]) -> pd.DataFrame:
    """Sums over images of each quantity, layer and head, from attention [B, H, T, T] of each layer."""
    rows = sets.share.shape[1]
    share = torch.zeros(len(sets.share), rows, sets.columns.shape[2], device=sets.share.device)
    share.scatter_add_(2, sets.index[:, None].expand(-1, rows, -1), sets.share)
    tables = []
    for layer, pattern in enumerate(patterns):
        mass = share[:, None] @ pattern @ sets.columns.transpose(1, 2)[:, None]
        for name, value in quantities(mass).items():
            sums = value.double().sum(0).tolist()
            tables.append(pd.DataFrame({"quantity": name, "layer": layer, "head": range(len(sums)), "value": sums}))
    return pd.concat(tables)


FUNCTIONS = {
    "forward": run_forward,
    "rows": run_rows,
    "batch": partial(run_stored, at_once=False),
    "all": partial(run_stored, at_once=True),
}


if __name__ == "__main__":
    main()
