"""Changing the weights lock on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vitatlas.config.models import Backbone, ModelZoo
from vitatlas.config.site import expanded
from vitatlas.errors import UserError, explaining
from vitatlas.jobs.files import sha256
from vitatlas.models.download import hub_pin, published, say
from vitatlas.models.fits import check_fits
from vitatlas.models.local import find_local
from vitatlas.models.lock import Pin, pin_of, read_lock, record
from vitatlas.models.spec import weights_spec


def update_lock(names: Sequence[str], zoo: ModelZoo, lock: Path, source: Path | None, weights: Path) -> None:
    """Pin the named models to what the hub (None) or the local source has now, and say what changed.

    A local file is looked at as when it is fetched. What the hub has is not downloaded for it: that is looked at before
    it is used.

    Args:
        names: Models of the zoo; behind a name `.text`, for its text tower.
        source: A file, or a folder of weights.
        weights: The folder of weights that were taken before; those of other bytes are removed, so that the next run
            takes the new ones.

    Raises:
        UserError: Unknown model, or one without published weights; as `hub_pin`; as `find_local`; as `check_fits`.
    """
    for name in names:
        spec = weights_spec(zoo, name)
        entry = published(name, spec.model)
        old = read_lock(lock).get(name)
        if source is None and entry.origin == "hub":
            new = hub_pin(entry, revision=None)
        else:
            file = find_local(name, entry, source or _own(name, entry))
            check_fits(spec, file)
            new = pin_of(file, entry, revision=None)
        record(name, new, lock, replace=True)
        say(f"{name}: {old.sha256 if old else 'not locked'} -> {new.sha256}")
        if old is None or not old.same_bytes(new):
            _forget(weights / f"{name}.safetensors", new)


def _forget(taken: Path, new: Pin) -> None:
    with explaining(taken):
        if taken.exists() and sha256(taken) != new.sha256:
            taken.unlink()
            say(f"removed {taken}, the weights of before: the next run takes the new ones")


def _own(name: str, entry: Backbone) -> Path:
    if entry.origin != "file":
        raise UserError(
            f"nobody but torchvision itself states the checksum of '{name}'",
            where="config/models.yaml",
            remedy="take its entry out of the lock and fetch the weights, or name a local file: --source",
        )
    return expanded(entry.file)
