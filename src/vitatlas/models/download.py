"""Published weights: from the hub or from local files, checked against the lock, as one safetensors file per model.

A download is kept in a hidden file beside the output until it is complete and checked; when it is interrupted, the
next run continues where it stopped. The output appears complete or not at all.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    HTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers

from vitatlas.config.models import Backbone
from vitatlas.config.site import expanded
from vitatlas.errors import UserError, explained
from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.models.fits import check_fits
from vitatlas.models.local import find_local
from vitatlas.models.lock import Pin, check, pin_for, pin_of, record
from vitatlas.models.spec import FetchWeightsSpec
from vitatlas.models.torchvision_weights import download_from_torchvision
from vitatlas.models.weights import read_weights, save_safetensors

Metadata = Callable[[Pin], Mapping[str, str]]
"""A function from what was published to the metadata of a file of weights."""

Check = Callable[[Path], object]
"""A look at a file of weights, which raises a UserError if they are not what they should be."""

OFFLINE_GUIDE = "docs/how-to/offline-weights.md"


def fetch_weights(job: Job[FetchWeightsSpec]) -> None:
    """Bring the published weights of one model.

    Raises:
        UserError: As `fetch`.
    """
    spec, output = job.spec, job.output.weights
    own = next(iter(job.input.all("checkpoint")), None)

    def metadata(pin: Pin) -> dict[str, str]:
        return weights_metadata(job, output, {"model": spec.name, "published": pin.model_dump(mode="json")})

    source = own or (expanded(spec.source) if spec.source else None)
    fits = partial(check_fits, spec)
    fetch(spec.name, spec.model, output, source=source, lock=Path(spec.lock), metadata=metadata, fits=fits)


def fetch(
    name: str,
    entry: Backbone,
    output: Path,
    *,
    source: Path | None,
    lock: Path,
    metadata: Metadata | None = None,
    fits: Check = read_weights,
) -> None:
    """Bring the published weights of model `name` to `output`, and enter them into `lock` if they are the first.

    Args:
        name: Key of the model in the zoo.
        entry: Its entry.
        output: A safetensors file, with the keys that the published file has.
        source: A file, or a folder with one file or folder per model; None: download.
        lock: Path of the weights lock.
        metadata: Of a file that is written here because the published one is a pickle; a safetensors file stays as it
            was published, byte for byte.
        fits: What is looked at before the weights are entered into the lock or put in their place.

    Raises:
        UserError: The model has no published weights; not found; no network; other bytes than locked; damaged; or as
            `fits`.
    """
    wanted = _Wanted(name, published(name, entry), output, lock, pin_for(name, entry, lock, source), metadata, fits)
    if source is None and entry.origin == "torchvision":
        _from_torchvision(wanted)
    elif source is None:
        _from_hub(wanted)
    else:
        _from_file(wanted, find_local(name, entry, source), source)


def hub_pin(entry: Backbone, revision: str | None) -> Pin:
    """The hub's answer about the model's file at a revision (None: the newest): commit, size, checksum. No download.

    Raises:
        UserError: No network, no such repository, file or revision; or the hub gives no checksum.
    """
    with _hub_errors(entry):
        url = hf_hub_url(str(entry.hub), entry.file, revision=revision)
        found = get_hf_file_metadata(url)
    if found.commit_hash is None or found.size is None or not re.fullmatch("[0-9a-f]{64}", found.etag or ""):
        raise UserError(
            "the server states no commit, size and SHA-256 for this file",
            where=url,
            remedy=f"download it by other means and hand it over as a local file: {OFFLINE_GUIDE}",
        )
    return Pin(hub=str(entry.hub), file=entry.file, revision=found.commit_hash, size=found.size, sha256=str(found.etag))


def published(name: str, entry: Backbone) -> Backbone:
    """The entry, of a model that has published weights.

    Raises:
        UserError: It has none.
    """
    if entry.origin not in ("hub", "torchvision", "file"):
        raise UserError(
            f"model '{name}' has no published weights (its origin is '{entry.origin}')", where="config/models.yaml"
        )
    return entry


@dataclass(frozen=True)
class _Wanted:
    """The arguments of `fetch`, and the pin, if there is one."""

    name: str
    entry: Backbone
    output: Path
    lock: Path
    pin: Pin | None
    metadata: Metadata | None
    fits: Check


def _from_file(wanted: _Wanted, file: Path, source: Path | None) -> None:
    say(f"{wanted.name}: taking {file}")
    found = pin_of(file, wanted.entry, revision=None)
    if wanted.pin is not None:
        check(wanted.name, found, wanted.pin, wanted.lock, source)
    wanted.fits(file)
    if wanted.pin is None:
        record(wanted.name, found, wanted.lock)
    if file.suffix == ".safetensors":
        with atomic(wanted.output) as part:
            shutil.copyfile(file, part)
    else:
        save_safetensors(wanted.output, read_weights(file), wanted.metadata and wanted.metadata(found))


def _from_torchvision(wanted: _Wanted) -> None:
    output = wanted.output
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=output.parent, prefix=f".{output.stem}.") as folder:
        part = Path(folder) / f"{wanted.name}.pth"
        download_from_torchvision(wanted.entry.file, part)
        _from_file(wanted, part, None)


def _from_hub(wanted: _Wanted) -> None:
    name, entry, pin = wanted.name, wanted.entry, wanted.pin
    promised = hub_pin(entry, pin.revision if pin else None)
    if pin is not None:
        check(name, promised, pin, wanted.lock)
    part = _download(name, entry, wanted.output, promised)
    found = pin_of(part, entry, promised.revision)
    if not found.same_bytes(promised):
        part.unlink()
        raise UserError(
            f"the download of '{name}' is damaged: SHA-256 {found.sha256}, not {promised.sha256}",
            where=f"{entry.hub}/{entry.file}",
            remedy="run again; the damaged part was deleted",
        )
    wanted.fits(part)  # where it does not, the part stays: a corrected entry needs no second download
    if pin is None:
        record(name, promised, wanted.lock)
    if part.suffix == ".safetensors":
        part.replace(wanted.output)
    else:
        save_safetensors(wanted.output, read_weights(part), wanted.metadata and wanted.metadata(promised))
        part.unlink()


def _download(name: str, entry: Backbone, output: Path, promised: Pin) -> Path:
    """Download into a hidden file that is named after the content, so that only its own beginning is continued.

    The library's `hf_hub_download` starts again after an interruption; its `http_get` continues.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.stem}.{promised.sha256[:16]}.part{Path(entry.file).suffix}")
    done = part.stat().st_size if part.exists() else 0
    if done > promised.size:  # two processes wrote to it at once
        part.unlink()
        done = 0
    say(f"{name}: {entry.hub}/{entry.file}, {promised.size / 1e6:.0f} MB, of which {done / 1e6:.0f} MB are here")
    url = hf_hub_url(str(entry.hub), entry.file, revision=promised.revision)
    with _hub_errors(entry, part), part.open("ab") as handle:
        http_get(url, handle, resume_size=done, headers=build_hf_headers(), expected_size=promised.size)
    return part


@contextmanager
def _hub_errors(entry: Backbone, written: Path | None = None) -> Iterator[None]:
    """Say in one sentence what went wrong between us and the hub, or the disk that is written to."""
    where = f"hub repository {entry.hub}, file {entry.file}"
    by_hand = f"run again where there is a network, or hand the file over: {OFFLINE_GUIDE}"
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise UserError("cannot download: offline mode is on (HF_HUB_OFFLINE)", where=where, remedy=by_hand) from error
    except RepositoryNotFoundError as error:
        raise UserError("no such repository, or no access", where=where, remedy="correct the key `hub`") from error
    except RevisionNotFoundError as error:
        raise UserError("the locked revision is gone", where=where, remedy=by_hand) from error
    except EntryNotFoundError as error:
        raise UserError("no such file in the repository", where=where, remedy="correct the key `file`") from error
    except HfHubHTTPError as error:
        raise UserError(
            f"the hub answered: {str(error).strip().splitlines()[0]}", where=where, remedy=by_hand
        ) from error
    except (HTTPError, OSError) as error:
        raise explained(error, written) or UserError(
            f"the download failed: {error or type(error).__name__}", where=where, remedy=by_hand
        ) from error


def say(line: str) -> None:
    """Tell the user, at once."""
    print(line, file=sys.stderr, flush=True)
