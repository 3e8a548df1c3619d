"""The job that writes a set as folders of PNG images, in the layout of the authors' code, for use elsewhere."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vitatlas.jobs.files import sha256, write_json
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.provenance import BESIDE, record_of
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.examples import draw
from vitatlas.relations.scenes.files import SCENES, read_about
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import authors_name
from vitatlas.relations.scenes.spec import ExportStimuliSpec

_FOLDERS = {"discrimination": "NOISE_RGB", "rmts": "mts"}
_TAGS = {"256": "256-256-256", "32": "32-32-224"}
_OBJECTS = {"discrimination": ("{}1", "{}2"), "rmts": ("{}1", "{}2", "display1-{}", "display2-{}")}
_LABELS = ("different", "same")
_BATCH = 256
RECORD = "provenance.json"
"""The file, beside the folders, that says what they were made from."""


def layout(task: str, setting: str, split: str, geometry: Geometry, train_size: int) -> Path:
    """The folder of a split: TASK/aligned/bPATCH/N_OBJECT/trainsize_N_TAG/SPLIT.

    Out-of-distribution splits have the task folder's name with `_ood`, the tag 64-64-64, and the names that the authors
    gave them (`ood-shape`).
    """
    ood = split.startswith("ood")
    name, tag = _FOLDERS[task] + "_ood" * ood, "64-64-64" if ood else _TAGS[setting]
    parts = ("aligned", f"b{geometry.patch}", f"N_{geometry.object}", f"trainsize_{train_size}_{tag}")
    return Path(name, *parts, authors_name(split))


def export_stimuli(job: Job[ExportStimuliSpec]) -> None:
    """Write every input table below the output folder, which appears when all of them are complete.

    Raises:
        UserError: A table is damaged, or its scenes do not fit the geometry.
    """
    spec, folder = job.spec, job.output.folder
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for path in job.input.all("scenes"):
            split = read_about(path, SCENES)["split"]
            target = part / layout(spec.task, spec.setting, split, spec.geometry, spec.train_size)
            export_split(Scenes.load(path), target, split, spec)
        # No picture carries a record: one beside them names them all
        beside = {str(path.relative_to(part)): sha256(path) for path in sorted(part.rglob("*")) if path.is_file()}
        write_json(part / RECORD, record_of(job, folder / RECORD) | {BESIDE: beside})
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def export_split(scenes: Scenes, folder: Path, split: str, spec: ExportStimuliSpec) -> None:
    """Write `{same,different}/ROW.png` and `datadict.pkl` below `folder`; ROW is the row of the table.

    Discrimination images that differ in one property only are also in `different-shape` or `different-color`.
    """
    tokens = scenes.tokens(spec.geometry)
    entries: dict[str, dict[str, Any]] = {}
    with Progress(len(scenes), f"export {split}") as progress:
        for start in range(0, len(scenes), _BATCH):
            images = draw(scenes[start : start + _BATCH], spec.geometry, spec.noise_std)
            for row, image in enumerate(images, start):
                classes = _classes(scenes, row, spec.task)
                for name in classes:
                    _write_png(folder / name / f"{row}.png", image)
                    entries[f"{authors_name(split)}/{name}/{row}.png"] = _entry(scenes, row, tokens[row], spec.task)
            progress.step(len(images))
    (folder / "datadict.pkl").write_bytes(pickle.dumps(entries))


def _classes(scenes: Scenes, row: int, task: str) -> list[str]:
    label, kind = _LABELS[scenes.label[row]], str(scenes.kind[row])
    return [label, f"different-{kind}"] if task == "discrimination" and kind in ("shape", "color") else [label]


def _entry(scenes: Scenes, row: int, tokens: np.ndarray, task: str) -> dict[str, Any]:
    """Label, and per object its tokens (without prefix tokens), colour and shape, as plain numbers."""
    entry: dict[str, Any] = {"sd-label": int(scenes.label[row])}
    for index, name in enumerate(_OBJECTS[task]):
        entry[name.format("pos")] = tokens[index].tolist()
        entry[name.format("c")] = int(scenes.color[row, index])
        entry[name.format("s")] = int(scenes.shape[row, index])
    return entry


def _write_png(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)
