"""Weights that lie on this machine: where they are, and whether they are those that were taken. Imports no torch."""

from __future__ import annotations

from pathlib import Path

from vitatlas.config.models import Backbone
from vitatlas.config.site import expanded
from vitatlas.errors import UserError, explaining
from vitatlas.models.lock import check, pin_of, read_lock
from vitatlas.models.spec import FetchWeightsSpec

FORMATS = (".safetensors", ".pth", ".pt", ".bin")


def find_local(name: str, entry: Backbone, source: Path) -> Path:
    """The file of model `name` in a folder of weights; `source` itself, if it is a file.

    Looked for in a folder, in this order: `<name>.safetensors` (or .pth, .pt, .bin), `<name>/<file>` and
    `<repository>/<file>`, with file and repository as in the model's entry.

    Raises:
        UserError: There is none, and lists the places; or the folder cannot be read.
    """
    places = _places(name, entry, source)
    with explaining():
        found = next((place for place in places if place.is_file()), None)
    if found is None:
        listed = ", ".join(str(place.relative_to(source)) for place in places[1:])
        what = "" if source.exists() else ", which does not exist"
        raise UserError(
            f"no weights of model '{name}' in the local source{what}",
            where=source,
            remedy=f"put one of these there: {listed}",
        )
    return found


def local_source(spec: FetchWeightsSpec) -> Path | None:
    """The file on this machine that a model's weights are taken from; None where they are downloaded, or it is not
    there."""
    if spec.model.origin == "file":
        places = [expanded(spec.model.file)]
    elif spec.source is not None:
        places = _places(spec.name, spec.model, expanded(spec.source))
    else:
        return None
    with explaining():
        return next((place for place in places if place.is_file()), None)


def check_unchanged(spec: FetchWeightsSpec, taken: Path, lock: Path) -> None:
    """Check that the file from which weights were taken still holds what the lock says; it is read only where its size
    or its times say that it may not.

    Args:
        spec: The model, and where its weights come from.
        taken: The weights that were taken; nothing is checked where there are none.
        lock: The weights lock.

    Raises:
        UserError: It holds something else.
    """
    source, pin = local_source(spec), read_lock(lock).get(spec.name)
    if source is None or pin is None:
        return
    with explaining():
        if not taken.exists():
            return
        now = source.stat()
        # A copy may keep the old time of its content, but not that of its own making.
        if now.st_size == pin.size and max(now.st_mtime, now.st_ctime) <= taken.stat().st_mtime:
            return
    check(spec.name, pin_of(source, spec.model, revision=None), pin, lock, source)


def _places(name: str, entry: Backbone, source: Path) -> list[Path]:
    below = [source / f"{name}{suffix}" for suffix in FORMATS]
    below += [source / folder / entry.file for folder in (name, str(entry.hub).rpartition("/")[2])]
    return [source, *below]
