"""`config/weights.lock`: which bytes are each model's published weights.

An entry is recorded when a model's weights are fetched for the first time, and enforced ever after: other bytes are an
error until someone changes the entry on purpose (`workflow/commands/update_lock.py`). Commit the file: then everyone
who runs the workflow has the weights that you had.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

import yaml
from pydantic import Field, ValidationError

from vitatlas.config.models import Backbone
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError, explaining
from vitatlas.jobs.files import sha256, write_text

HEADER = """\
# Which bytes are each model's published weights: recorded when they were first fetched, enforced ever after.
# To change an entry on purpose: python workflow/commands/update_lock.py MODEL (docs/how-to/offline-weights.md).
"""


class Pin(Strict):
    """The weights that one model must have."""

    hub: str = Field(description="repository of the published weights; or torchvision, or file for one's own")
    file: str = Field(description="file in that repository")
    revision: str | None = Field(description="commit of the repository; null if recorded from a local file")
    size: int = Field(description="bytes")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="checksum of the file")

    def same_bytes(self, other: Pin) -> bool:
        """Whether both are the same file content."""
        return (self.size, self.sha256) == (other.size, other.sha256)


def pin_of(file: Path, entry: Backbone, revision: str | None) -> Pin:
    """The pin that `file` fulfils."""
    return Pin(hub=entry.publisher, file=entry.file, revision=revision, size=file.stat().st_size, sha256=sha256(file))


def read_lock(lock: Path) -> dict[str, Pin]:
    """The pins by model; none if there is no such file.

    Raises:
        UserError: The file is no YAML, or an entry is incomplete.
    """
    with explaining():
        if not lock.exists():
            return {}
        text = lock.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text) or {}
        return {name: Pin.model_validate(pin) for name, pin in content.items()}
    except (yaml.YAMLError, ValidationError, AttributeError) as error:
        raise UserError(
            f"the weights lock is damaged: {error}",
            where=lock,
            remedy="restore it: git checkout -- config/weights.lock",
        ) from error


def pin_for(name: str, entry: Backbone, lock: Path, source: Path | None = None) -> Pin | None:
    """The pin of model `name`, or None if it was never fetched.

    Args:
        source: Where weights are taken from on this machine, for the remedy.

    Raises:
        UserError: The pin is for another file than the zoo's entry names.
    """
    pin = read_lock(lock).get(name)
    if pin is not None and (pin.hub, pin.file) != (entry.publisher, entry.file):
        raise UserError(
            f"model '{name}' is locked to {pin.hub}/{pin.file}, "
            f"but config/models.yaml names {entry.publisher}/{entry.file}",
            where=lock,
            remedy=_on_purpose(name, source),
        )
    return pin


def check(name: str, found: Pin, pin: Pin, lock: Path, source: Path | None = None) -> None:
    """Raise a UserError unless `found` has the bytes that `pin` asks for.

    Args:
        source: Where they were found on this machine, for message and remedy.
    """
    if not found.same_bytes(pin):
        raise UserError(
            f"the weights of '{name}' are not the locked ones: {found.size} bytes with SHA-256 {found.sha256}, "
            f"not {pin.size} bytes with {pin.sha256}",
            where=f"{source}, locked in {lock}" if source else lock,
            remedy=_on_purpose(name, source),
        )


def record(name: str, pin: Pin, lock: Path, *, replace: bool = False) -> None:
    """Enter a pin; other processes may do the same at the same time.

    Raises:
        UserError: Another pin was there already, and `replace` is false; or the file cannot be written.
    """
    with explaining(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        with _alone(lock):
            pins = read_lock(lock)
            if name in pins and not replace:
                check(name, pin, pins[name], lock)
                return
            pins[name] = pin
            entries = {model: pins[model].model_dump() for model in sorted(pins)}
            write_text(lock, HEADER + yaml.safe_dump(entries, sort_keys=False))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """While no other process of this user, on this machine, reads and writes the lock.

    They agree on a file in the folder for temporary files, opened for writing: network file systems give an exclusive
    lock on nothing else, some give none at all, and nothing is left in the project's folder.
    """
    name = hashlib.sha256(str(lock.resolve()).encode()).hexdigest()[:16]
    with (Path(gettempdir()) / f"vit-atlas-{os.getuid()}-{name}.lock").open("w") as handle:
        with suppress(OSError):  # without locks: Snakemake lets nobody else work in the folder, and entries are rare
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _on_purpose(name: str, source: Path | None) -> str:
    given = f" --source {shlex.quote(str(source))}" if source else ""
    return f"if the change is meant: python workflow/commands/update_lock.py {name}{given}"
