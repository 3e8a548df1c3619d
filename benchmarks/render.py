"""How fast images are drawn, against a pipeline of the conventional kind: Pillow pastes objects, PNG files are stored.

    python benchmarks/render.py [--device cuda] [--json FILE]

The conventional pipeline colours each silhouette, adds noise with NumPy (all its pixels at once), pastes it into a
white Pillow image and saves a PNG file ("write"); training then opens the file anew in every epoch ("read"). The
renderer does neither. Both draw the same scenes, in this one process, with one CPU thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import rate

from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.render import BRIGHTEST, Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.shapes import atlas
from vitatlas.relations.vocabulary import TASKS

P16 = Geometry(canvas=224, patch=16, object=32, sprite=24)
MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
NOISE_STD, SCENES, BATCH = 10.0, 1280, 128


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each measurement takes, at least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    figures: dict[str, float] = {}
    for task in TASKS:
        check_same_pictures(make_split(task, "256", "train", 64, P16, 0), P16)
        large, small = (
            rendering(make_split(task, "256", "train", SCENES, geometry, 0), geometry, arguments)
            for geometry in (P16, MINI)
        )
        write, read = conventional(make_split(task, "256", "train", SCENES, P16, 0), P16, arguments.seconds)
        start = time.perf_counter()
        make_split(task, "256", "train", 6400, P16, 0)
        figures |= {
            f"{task}_224px_images_per_s": large,
            f"{task}_48px_images_per_s": small,
            f"{task}_pillow_write_images_per_s": write,
            f"{task}_pillow_read_images_per_s": read,
            f"{task}_ratio_to_write": large / write,
            f"{task}_ratio_to_read": large / read,
            f"{task}_6400_scenes_s": time.perf_counter() - start,
        }
    print(f"{'device':45} {arguments.device:>12}")
    for name, value in figures.items():
        print(f"{name:45} {value:>12{',.0f' if value >= 100 else '.3g'}}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"device": arguments.device, **figures}, indent=1) + "\n")


def rendering(scenes: Scenes, geometry: Geometry, arguments: argparse.Namespace) -> float:
    """Images per second of the renderer, in batches of the size used for training."""
    renderer = Renderer(geometry, NOISE_STD, arguments.device)
    batch = renderer.load(scenes)
    rows = torch.randperm(len(scenes), device=arguments.device).split(BATCH)

    def draw(step: int) -> int:
        images = renderer.render(batch, rows[step % len(rows)])
        if images.is_cuda:
            torch.cuda.synchronize()
        return len(images)

    return rate(draw, arguments.seconds)


def conventional(scenes: Scenes, geometry: Geometry, seconds: float) -> tuple[float, float]:
    """Images per second of drawing and saving with Pillow, and of opening the saved files."""
    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(0)

        def write(step: int) -> int:
            row = step % len(scenes)
            paste(scenes, row, geometry, rng, NOISE_STD).save(f"{folder}/{row}.png")
            return 1

        written = rate(write, seconds)
        files = sorted(Path(folder).iterdir())

        def read(step: int) -> int:
            torch.from_numpy(np.array(Image.open(files[step % len(files)]))).permute(2, 0, 1)
            return 1

        return written, rate(read, seconds)


def paste(scenes: Scenes, row: int, geometry: Geometry, rng: np.random.Generator, noise_std: float) -> Image.Image:
    """One scene, drawn object by object."""
    image = Image.new("RGB", (geometry.canvas, geometry.canvas), (255, 255, 255))
    for k in range(scenes.objects):
        mask = atlas(geometry.sprite)[scenes.shape[row, k]][..., None]
        noisy = rng.normal(COLORS[scenes.color[row, k]], noise_std, size=(geometry.sprite, geometry.sprite, 3))
        pixels = np.where(mask, noisy.clip(0, BRIGHTEST), 255).astype(np.uint8)
        x = int(scenes.col[row, k]) * geometry.patch + int(scenes.dx[row, k])
        y = int(scenes.row[row, k]) * geometry.patch + int(scenes.dy[row, k])
        image.paste(Image.fromarray(pixels), (x, y))
    return image


def check_same_pictures(scenes: Scenes, geometry: Geometry) -> None:
    """Both pipelines must draw the same pictures where there is no noise, or the comparison would mean nothing."""
    ours = Renderer(geometry, 0.0)(scenes).permute(0, 2, 3, 1).numpy()
    theirs = [np.asarray(paste(scenes, row, geometry, np.random.default_rng(0), 0.0)) for row in range(len(scenes))]
    if not (ours == np.stack(theirs)).all():
        raise AssertionError("the two pipelines draw different pictures")


if __name__ == "__main__":
    main()
