"""`config/weights.lock`: which bytes are each model's published weights.

An entry is recorded when a model's weights are fetched for the first time, and enforced ever after: other bytes are an
error until someone changes the entry on purpose (`workflow/commands/update_lock.py`). Commit the file: then everyone
who runs the workflow has the weights that you had.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from vitatlas.config.models import Backbone
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
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
    if not lock.exists():
        return {}
    try:
        content = yaml.safe_load(lock.read_text(encoding="utf-8")) or {}
        return {name: Pin.model_validate(pin) for name, pin in content.items()}
    except (yaml.YAMLError, ValidationError, AttributeError) as error:
        raise UserError(
            f"the weights lock is damaged: {error}",
            where=lock,
            remedy="restore it: git checkout -- config/weights.lock",
        ) from error


def pin_for(name: str, entry: Backbone, lock: Path) -> Pin | None:
    """The pin of model `name`, or None if it was never fetched.

    Raises:
        UserError: The pin is for another file than the zoo's entry names.
    """
    pin = read_lock(lock).get(name)
    if pin is not None and (pin.hub, pin.file) != (entry.publisher, entry.file):
        raise UserError(
            f"model '{name}' is locked to {pin.hub}/{pin.file}, "
            f"but config/models.yaml names {entry.publisher}/{entry.file}",
            where=lock,
            remedy=_on_purpose(name),
        )
    return pin


def check(name: str, found: Pin, pin: Pin, lock: Path) -> None:
    """Raise a UserError unless `found` has the bytes that `pin` asks for."""
    if not found.same_bytes(pin):
        raise UserError(
            f"the weights of '{name}' are not the locked ones: {found.size} bytes with SHA-256 {found.sha256}, "
            f"not {pin.size} bytes with {pin.sha256}",
            where=lock,
            remedy=_on_purpose(name),
        )


def record(name: str, pin: Pin, lock: Path, *, replace: bool = False) -> None:
    """Enter a pin; other processes may do the same at the same time.

    Raises:
        UserError: Another pin was there already, and `replace` is false; or the file cannot be written.
    """
    try:
        with _alone(lock.parent):
            pins = read_lock(lock)
            if name in pins and not replace:
                check(name, pin, pins[name], lock)
                return
            pins[name] = pin
            entries = {model: pins[model].model_dump() for model in sorted(pins)}
            write_text(lock, HEADER + yaml.safe_dump(entries, sort_keys=False))
    except OSError as error:
        raise UserError(f"the lock entry of '{name}' cannot be written: {error.strerror}", where=lock) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on a folder among processes of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _on_purpose(name: str) -> str:
    return f"if the change is meant: python workflow/commands/update_lock.py {name}"
