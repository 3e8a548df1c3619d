"""Jobs that draw examples for figures and for people: tables of PNG images, and a grid of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.images import png
from vitatlas.jobs.embedded import png_metadata
from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.tables import write_table
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLOR_NAMES, COLORS, IID_COLORS
from vitatlas.relations.scenes.files import SCENES, read_about
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import KINDS, Scenes
from vitatlas.relations.scenes.shapes import IID_SHAPES, SHAPE_NAMES, silhouette
from vitatlas.relations.scenes.spec import MontageSpec, ShapeSheetSpec, StimulusSamplesSpec


def draw(scenes: Scenes, geometry: Geometry, noise_std: float) -> np.ndarray:
    """The images of `scenes` for people: uint8 [N, canvas, canvas, 3]."""
    return Renderer(geometry, noise_std)(scenes).permute(0, 2, 3, 1).numpy()


def choose_examples(scenes: Scenes, per_label: int, seed: int) -> np.ndarray:
    """Row numbers of up to `per_label` examples of either label, different ones first.

    Within a label, sample pairs that are different and same take turns (in RMTS), and so do the kinds of difference, so
    that even a few examples show what the task is about. Which scenes stand for a kind is random.
    """
    order = np.random.default_rng(seed).permutation(len(scenes))
    rows = pd.DataFrame({"scene": order, "label": scenes.label[order], "same": scenes.sample_same[order]})
    rows["kind"] = [KINDS.index(kind) for kind in scenes.kind[order]]
    rows["turn"] = rows.groupby(["label", "kind"]).cumcount()
    rows = rows.sort_values(["turn", "kind"], kind="stable")
    rows["turn"] = rows.groupby(["label", "same"]).cumcount()
    rows = rows.sort_values(["label", "turn", "same"], kind="stable")
    return rows.groupby("label").head(per_label)["scene"].to_numpy()


def stimulus_samples(job: Job[StimulusSamplesSpec]) -> None:
    """Write a table with columns task, setting, split, scene (row number), label, kind, sample_same, display_same, png.

    Raises:
        UserError: The scenes are corrupt or do not fit the geometry.
    """
    spec = job.spec
    about = read_about(job.input.scenes, SCENES)
    scenes = Scenes.load(job.input.scenes)
    chosen = choose_examples(scenes, spec.per_label, spec.seed)
    shown = scenes[chosen]
    table = pd.DataFrame({"scene": chosen, "label": shown.label, "kind": shown.kind})
    table["sample_same"], table["display_same"] = shown.sample_same, shown.display_same
    table["png"] = [png.encode(image) for image in draw(shown, spec.geometry, spec.noise_std)]
    table.insert(0, "task", spec.task)
    table.insert(1, "setting", spec.setting)
    table.insert(2, "split", about["split"])
    write_table(job, job.output.table, table)


def shape_sheet(job: Job[ShapeSheetSpec]) -> None:
    """Write a table with columns item ("shape" or "color"), id, name, ood, hex (of colours), png, sprite.

    `png` is a large clean drawing, `size` pixels a side: the silhouette in black, or the plain colour. `sprite` is what
    a model sees, `geometry.sprite` pixels a side: the silhouette at that size, or the colour with its pixel noise.
    """
    spec = job.spec
    side = spec.geometry.sprite
    rows: list[dict[str, object]] = []
    for shape, name in enumerate(SHAPE_NAMES):
        large, small = (np.where(silhouette(shape, size), 0, 255).astype(np.uint8) for size in (spec.size, side))
        images = {"png": png.encode(large), "sprite": png.encode(small)}
        rows.append({"item": "shape", "id": shape, "name": name, "ood": shape >= IID_SHAPES, "hex": None, **images})
    noisy = _swatches(spec.geometry, spec.noise_std)
    for color, name in enumerate(COLOR_NAMES):
        plain = np.broadcast_to(COLORS[color], (spec.size, spec.size, 3)).copy()
        images = {"png": png.encode(plain), "sprite": png.encode(noisy[color])}
        code = "#" + bytes(COLORS[color]).hex()
        rows.append({"item": "color", "id": color, "name": name, "ood": color >= IID_COLORS, "hex": code, **images})
    write_table(job, job.output.table, pd.DataFrame(rows))


def montage(job: Job[MontageSpec]) -> None:
    """Write the first `count` scenes as one PNG file."""
    spec = job.spec
    images = draw(Scenes.load(job.input.scenes)[: spec.count], spec.geometry, spec.noise_std)
    metadata = png_metadata(record_of(job, job.output.image), "Scenes", f"The first {len(images)}")
    with atomic(job.output.image) as part:
        part.write_bytes(png.encode(png.montage(images, spec.columns, scale=spec.scale), metadata))


def _swatches(geometry: Geometry, noise_std: float) -> np.ndarray:
    """Each colour on the square silhouette, cut out: uint8 [20, sprite, sprite, 3]."""
    count = len(COLORS)
    zero = np.zeros((count, 1), dtype=np.int16)
    noise = np.arange(count).reshape(-1, 1)
    alone = Geometry(canvas=geometry.object, patch=geometry.object, object=geometry.object, sprite=geometry.sprite)
    scenes = Scenes(
        shape=zero + SHAPE_NAMES.index("square"),
        color=np.arange(count).reshape(-1, 1),
        row=zero,
        col=zero,
        dy=zero,
        dx=zero,
        noise=noise,
        label=zero[:, 0],
        kind=np.full(count, "same"),
        sample_same=zero[:, 0],
        display_same=zero[:, 0],
    )
    return draw(scenes, alone, noise_std)[:, : geometry.sprite, : geometry.sprite]
