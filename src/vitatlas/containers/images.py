"""The images: what each is made from, the record beside it, and whether it is up to date.

Imports no heavy module: the Snakefile uses this.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.jobs.files import write_json

ACCELERATORS = ("cpu", "cuda")
BASES = ("docker", "debootstrap")
DIGITS = 16


@dataclass(frozen=True)
class Image:
    """An image.

    Attributes:
        name: Its definition is `containers/<name>.def`.
        per_accelerator: Whether it differs between CPU and CUDA; if not, it counts as a CPU image.
        locks: Files in `envs` that it is made from, without the ending; `{}` stands for the accelerator. The first one
            is installed.
    """

    name: str
    per_accelerator: bool
    locks: tuple[str, ...] = ()

    def accelerator(self, asked: str) -> str:
        """The accelerator for which this image is built when `asked` is asked for."""
        return asked if self.per_accelerator else "cpu"

    def lock_files(self, root: Path, accelerator: str) -> list[Path]:
        """The locks that it is made from; the first one is installed."""
        return [root / f"envs/{lock.format(accelerator)}.lock.txt" for lock in self.locks]

    def sources(self, root: Path, accelerator: str) -> list[Path]:
        """All files that it is made from, those of the base image included."""
        definitions = ["base.def", f"{self.name}.def", "check.py"] if self.locks else ["base.def"]
        return [*(root / "containers" / file for file in definitions), *self.lock_files(root, accelerator)]


BASE = Image("base", per_accelerator=True)
IMAGES = {
    "compute": Image("compute", per_accelerator=True, locks=("compute-{}", "compute-cuda")),
    "figures": Image("figures", per_accelerator=False, locks=("figures",)),
}


@dataclass(frozen=True)
class Record:
    """The record beside an image, as JSON.

    Attributes:
        key: Digest of what the image was made from; see `key`.
        accelerator: cpu or cuda.
        base: Where the base came from: docker or debootstrap.
        sha256, bytes: Of the image file.
        seconds: What building took, without the base image.
        built: When it was finished, ISO 8601 in UTC.
        version, commit: Of the project at that time.
    """

    name: str
    key: str
    accelerator: str
    base: str
    sha256: str
    bytes: int
    seconds: float
    built: str
    version: str
    commit: str

    def write(self, path: Path) -> None:
        """Write it to `path`, atomically."""
        write_json(path, asdict(self))


def path_of(root: Path, name: str) -> Path:
    """The file of an image, in the project at `root`."""
    return root / f"containers/{name}.sif"


def key(root: Path, name: str, accelerator: str) -> str:
    """Digest of all that the image `name` is made from: accelerator, definitions and lock. Code is no part of it.

    Raises:
        FileNotFoundError: A definition or lock does not exist.
    """
    image = BASE if name == "base" else IMAGES[name]
    digest = hashlib.sha256(image.accelerator(accelerator).encode())
    for file in image.sources(root, image.accelerator(accelerator)):
        digest.update(b"\0" + file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:DIGITS]


def record_of(image: Path) -> Record | None:
    """The record beside an image file; none where it is missing or not what this program writes."""
    try:
        return Record(**json.loads(image.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def fault(root: Path, name: str) -> str | None:
    """The fault of an image of the project at `root`: missing, damaged or out of date; none if there is none."""
    image = path_of(root, name)
    if not image.is_file():
        return "missing"
    record = record_of(image)
    if record is None or record.bytes != image.stat().st_size:
        return "damaged"
    if record.key != key(root, name, record.accelerator):
        return "out of date"
    return None


def check(root: Path, names: Iterable[str]) -> None:
    """Stop unless all these images can be used.

    Raises:
        UserError: One is missing, has another size than the record beside it says, or was made from other definitions
            or locks than the project's.
    """
    faults = {name: fault(root, name) for name in names}
    faulty = {name: what for name, what in faults.items() if what is not None}
    if faulty:
        raise UserError(
            "; ".join(f"the container image '{name}' is {what}" for name, what in faulty.items()),
            where=", ".join(str(path_of(root, name)) for name in faulty),
            remedy="make containers",
        )
