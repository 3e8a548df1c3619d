from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from downloads import NEW, OLD, PUBLISHED, Place, entry, fails, pin, use
from hub_server import FIRST, REPOSITORY, SECOND, Hub
from safetensors.torch import load, save

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.models import download
from vitatlas.models.download import fetch_weights
from vitatlas.models.lock import read_lock, record
from vitatlas.models.spec import FetchWeightsSpec
from vitatlas.models.weights import read_weights


def test_the_first_download_is_recorded(hub: Hub, place: Place) -> None:
    place.fetch()
    assert place.output.read_bytes() == NEW
    assert read_lock(place.lock) == {"tiny": pin(NEW, SECOND)}
    assert place.files() == ["tiny.safetensors"]


def test_ever_after_the_recorded_revision_is_fetched(hub: Hub, place: Place) -> None:
    record("tiny", pin(OLD, FIRST), place.lock)
    before = place.lock.read_text()
    place.fetch()
    assert place.output.read_bytes() == OLD
    assert place.lock.read_text() == before


def test_other_bytes_than_locked_are_refused_before_they_are_downloaded(hub: Hub, place: Place) -> None:
    record("tiny", pin(OLD, SECOND), place.lock)
    fails(place, "'tiny'", pin(NEW, None).sha256, pin(OLD, None).sha256, "update_lock.py tiny")
    assert hub.ranges == []


def test_an_entry_that_moved_away_from_its_lock_is_refused(hub: Hub, place: Place) -> None:
    record("tiny", pin(NEW, SECOND), place.lock)
    fails(
        place,
        "locked to timm/tiny/model.safetensors",
        "timm/other",
        model=entry(hub="timm/other"),
    )


def test_a_damaged_download_is_deleted(hub: Hub, place: Place) -> None:
    hub.body = lambda content: content[:-1] + bytes([content[-1] ^ 1])
    fails(place, "damaged", pin(NEW, None).sha256)
    assert place.files() == []
    hub.body = lambda content: content
    place.fetch()
    assert place.output.read_bytes() == NEW


def test_a_download_that_ends_early_is_continued_by_the_next_run(hub: Hub, place: Place) -> None:
    hub.body = lambda content: content[:70_000]
    fails(place, "download failed", "run again")
    hub.body = lambda content: content
    place.fetch()
    assert place.output.read_bytes() == NEW
    assert hub.ranges == [None, "bytes=70000-"]
    assert place.files() == ["tiny.safetensors"]


def test_the_beginning_of_another_version_is_not_continued(hub: Hub, place: Place) -> None:
    hub.body = lambda content: content[:70_000]
    fails(place, "download failed")
    record("tiny", pin(OLD, FIRST), place.lock)
    hub.body = lambda content: content
    place.fetch()
    assert place.output.read_bytes() == OLD
    assert hub.ranges == [None, None]


def test_a_part_longer_than_the_file_is_not_continued(hub: Hub, place: Place) -> None:
    hub.body = lambda content: content[:70_000]
    fails(place, "download failed")
    (part,) = place.output.parent.iterdir()
    part.write_bytes(NEW + NEW)
    hub.body = lambda content: content
    place.fetch()
    assert place.output.read_bytes() == NEW


def test_a_killed_process_is_continued_by_the_next(hub: Hub, place: Place, root: Path) -> None:
    large = save({"x": torch.arange(6_000_000.0)})  # the library writes 10 MB at a time
    hub.files[SECOND]["model.safetensors"] = large
    hub.stall_after = 15_000_000
    spec = {"model": PUBLISHED.model_dump(mode="json"), "name": "tiny", "lock": str(place.lock)}
    command = [
        sys.executable,
        str(root / "workflow/scripts/fetch_weights.py"),
        "--output",
        "weights",
        str(place.output),
    ]
    environment = {**os.environ, "HF_ENDPOINT": hub.url}
    process = subprocess.Popen([*command, "--spec", json.dumps(spec)], env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while not any(path.stat().st_size for path in place.output.parent.glob(".tiny.*")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (part,) = place.output.parent.glob(".tiny.*")
    done = part.stat().st_size
    assert 0 < done <= 15_000_000
    assert not place.output.exists()
    hub.stall_after = None
    place.fetch()
    assert place.output.read_bytes() == large
    assert hub.ranges == [None, f"bytes={done}-"]


def test_without_network_one_clear_error(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    use("http://127.0.0.1:9", monkeypatch)
    fails(place, "download failed", REPOSITORY, "offline-weights.md")


def test_in_offline_mode_one_clear_error(hub: Hub, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    fails(place, "offline mode", "HF_HUB_OFFLINE", "offline-weights.md")
    assert hub.requests == []


@pytest.mark.parametrize("status", [403, 503])
def test_what_the_hub_answered_is_said(hub: Hub, place: Place, status: int) -> None:
    hub.status = status
    fails(place, "the hub answered", str(status), "offline-weights.md")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hub": "timm/none"}, ["no such repository", "timm/none", "`hub`"]),
        ({"file": "none.safetensors"}, ["no such file", "none.safetensors", "`file`"]),
    ],
)
def test_what_the_hub_does_not_have_is_named(hub: Hub, place: Place, changes: dict, words: list[str]) -> None:
    fails(place, *words, model=entry(**changes))


def test_a_locked_revision_that_is_gone_is_named(hub: Hub, place: Place) -> None:
    record("tiny", pin(OLD, "c" * 40), place.lock)
    fails(place, "locked revision is gone")


def test_a_published_pickle_becomes_safetensors(hub: Hub, place: Place, tmp_path: Path) -> None:
    torch.save({"model": load(NEW)}, tmp_path / "published.pth")
    hub.files[SECOND]["published.pth"] = (tmp_path / "published.pth").read_bytes()
    published = entry(file="published.pth")
    spec = {"name": "tiny", "model": published.model_dump(mode="json"), "lock": str(place.lock)}
    fetch_weights(parse(FetchWeightsSpec, ["--output", "weights", str(place.output), "--spec", json.dumps(spec)]))
    about = read_provenance(place.output)["about"]
    assert about == {"model": "tiny", "published": read_lock(place.lock)["tiny"].model_dump()}
    assert torch.equal(read_weights(place.output)["conv1.0.weight"], load(NEW)["conv1.0.weight"])
    assert read_lock(place.lock)["tiny"].size == len(hub.files[SECOND]["published.pth"])
    assert place.files() == ["tiny.safetensors"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_what_the_disk_refuses_is_not_taken_for_the_network(
    hub: Hub, place: Place, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(download, "http_get", refuse)
    with pytest.raises(UserError, match=r"tiny[\s\S]*remedy") as caught:
        place.fetch()
    assert "network" not in str(caught.value)
