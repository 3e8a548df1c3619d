"""Build one image into the cache."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.containers import store
from vitatlas.containers.apptainer import Build, Say
from vitatlas.containers.host import Command, check_host
from vitatlas.containers.images import Image, Record, key
from vitatlas.containers.pip_settings import write_pip_settings
from vitatlas.containers.sbom import bill_of_materials, inventory
from vitatlas.containers.space import scratch
from vitatlas.jobs.files import atomic, sha256, write_json
from vitatlas.project.checkout import commit_of


def assemble(
    root: Path,
    image: Image,
    accelerator: str,
    origin: str,
    arguments: Mapping[str, str],
    say: Say,
    base: Path | None = None,
) -> Path:
    """Build one image, with its record and, for one that jobs run in, its bill of materials; return where it lies.

    Args:
        root: The project's folder.
        image, accelerator: What to build, and for what.
        origin: Where its base comes from: docker or debootstrap.
        arguments: What the definition asks for, except what is the same for all images on a base.
        say: Takes lines of progress.
        base: The image that it is built on; the base itself is built on none.

    Raises:
        BuildFailure: It failed; nothing is left of it but its log.
    """
    command, start = check_host(building=True), time.monotonic()
    version, commit = vitatlas.__version__, commit_of(root)
    # Before anything is built: what is edited meanwhile is not in the image.
    digest = key(root, image.name, accelerator)
    place, log = store.stored(image.name, accelerator, origin, digest), root / f"containers/{image.name}.log"
    with scratch() as folder, atomic(place) as part:
        stage = folder / "stage"
        _copy(image.sources(root, accelerator), root, stage)
        log.write_text("")
        binds: list[str] = []
        if base:
            (stage / "base.sif").symlink_to(base)
            arguments = {**arguments, "version": version, "commit": commit or "unknown", "key": digest}
            binds = write_pip_settings(folder / "settings", log)
        build = Build(image.name, f"containers/{image.name}.def", stage, arguments, folder, log, binds)
        build.run(command, part, say)
        seconds, size = round(time.monotonic() - start, 1), part.stat().st_size
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        record = Record(image.name, digest, accelerator, origin, sha256(part), size, seconds, finished, version, commit)
        if base:
            _write_bill(record, command, part, root, place, say)
    record.write(place.with_suffix(".json"))
    say(f"{image.name}: built in {seconds:.0f} s, {size / 1e6:.0f} MB")
    return place


def _copy(files: list[Path], root: Path, stage: Path) -> None:
    for file in files:
        copy = stage / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _write_bill(record: Record, command: Command, image: Path, root: Path, place: Path, say: Say) -> None:
    found: dict[str, Any] = inventory(command, image, root / "containers/inventory.py")
    write_json(place.with_suffix(".sbom.json"), bill_of_materials(record, found))
    if record.accelerator == "cpu" and any(package["name"].startswith("nvidia-") for package in found["pip"]):
        say(f"{record.name}: pip found no CPU build of torch and took the CUDA build: larger, otherwise the same")
