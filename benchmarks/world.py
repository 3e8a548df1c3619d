"""How fast the picture world is drawn, against painting every picture anew.

    python benchmarks/world.py [--device cuda] [--side 64] [--json FILE]

The renderer lays sprites over backgrounds that were drawn once; the alternative draws both for every scene and blends
them in floating point with NumPy. Both draw the same scenes, in this one process, with one CPU thread, and must agree
to one grey level. Pictures per core-second are per second of CPU time, which other programs do not lengthen much; on a
GPU they are per second of wall time. What is drawn once is timed apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import clock, rate

from vitatlas.images.world.backgrounds.library import background
from vitatlas.images.world.batch import Batch
from vitatlas.images.world.noise import noise
from vitatlas.images.world.palette import DARK, LIGHT, pattern
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import SCALES, TILTS, draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.silhouettes.raster import sprite

SCENES, BATCH = 6400, 64
PAINTED = 24
"""Scenes that the slow way paints."""


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--side", type=int, default=64, help="of the pictures, in pixels")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each measurement takes, at least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    start = clock("cpu")
    scenes = draw(WorldSettings(), "train", SCENES, seed=0)
    drawn = clock("cpu")
    renderer = Renderer(arguments.side, arguments.device)
    batch = renderer.load(scenes)
    loaded = clock("cpu")
    rows = torch.randperm(SCENES, generator=torch.Generator().manual_seed(0)).to(arguments.device).split(BATCH)
    painted = painting(scenes.head(PAINTED), renderer, arguments.seconds)
    seconds, now = arguments.seconds, partial(clock, arguments.device)
    pictures = rate(lambda step: len(renderer.render(batch, rows[step % len(rows)])), seconds, now)
    figures = {
        "pictures_per_s": pictures,
        "parts_per_s": rate(lambda step: len(renderer.parts(batch, rows[step % len(rows)]).box), seconds, now),
        "painted_anew_per_s": painted,
        "ratio_to_painted_anew": pictures / painted,
        f"scenes_{SCENES}_s": drawn - start,
        "first_load_s": loaded - drawn,
        "batch_mb": sum(part.nbytes for part in vars(batch).values()) / 1e6,
    }
    print(f"{'device':25} {arguments.device:>12}\n{'side':25} {arguments.side:>12}")
    for name, value in figures.items():
        print(f"{name:25} {value:>12{',.0f' if value >= 100 else '.3g'}}")
    if arguments.json:
        found = {"device": arguments.device, "side": arguments.side, **figures}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


def painting(scenes: pd.DataFrame, renderer: Renderer, seconds: float) -> float:
    """Pictures per second where sprite and background of every scene are drawn anew; checks that they are the same."""
    batch = renderer.load(scenes)
    ours = renderer.render(batch).cpu().numpy().astype(int)
    theirs = np.stack([paint(scenes.iloc[row], batch, row, renderer.side) for row in range(len(scenes))])
    if np.abs(ours - theirs).max() > 1:
        raise AssertionError("the two ways draw different pictures")

    def work(step: int) -> int:
        paint(scenes.iloc[step % len(scenes)], batch, step % len(scenes), renderer.side)
        return 1

    return rate(work, seconds, partial(clock, "cpu"))


def paint(scene: pd.Series, batch: Batch, row: int, side: int) -> np.ndarray:
    """One scene in floating point, [3, side, side]; only numbers are taken from its batch."""
    size = "many" if scene["count"] == "many" else scene["size"]
    tilt, scale = TILTS.index(scene["tilt"]), SCALES.index(scene["scale"])
    packed = sprite.__wrapped__(scene["category"], size, tilt, scale, side)
    second = pattern.__wrapped__(scene["pattern"], tilt, side) / 16
    behind = background.__wrapped__(scene["location"], scene["split"], scene["background"], side)
    body, dark, light = ((packed >> shift & 0xFF) / 16 for shift in (0, 8, 16))
    y, x = ((np.arange(side) - int(corner)).clip(0, len(packed) - 1) for corner in batch.corner[row])
    first_tone, second_tone = batch.tones[row].cpu().numpy()[..., None, None].astype(float)
    parts = [(body * (1 - second), first_tone), (body * second, second_tone)]
    parts += [(part, np.array(tone)[:, None, None]) for part, tone in ((dark, DARK), (light, LIGHT))]
    laid = sum(part * tone for part, tone in parts) + 0.0
    shown = laid[:, y][:, :, x] + behind * (1 - (body + dark + light))[y][:, x]
    grain = noise(batch.noise[row : row + 1], side * side).view(3, side, side).cpu().numpy()
    gain = batch.gain[row].cpu().numpy()[:, None, None] / 256
    return (np.floor(shown * gain) + grain).clip(0, 255)


if __name__ == "__main__":
    main()
