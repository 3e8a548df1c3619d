from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
import update_lock
import yaml
from hub_server import FIRST, REPOSITORY, SECOND, Hub, serving
from safetensors.torch import save

from vitatlas.config.models import Backbone
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.models.download import fetch, fetch_weights
from vitatlas.models.lock import Pin, read_lock, record
from vitatlas.models.spec import FetchWeightsSpec
from vitatlas.models.weights import read_weights

OLD = save({"x": torch.zeros(50_000)})
NEW = save({"x": torch.arange(50_000.0)})


def entry(**changes: object) -> Backbone:
    """The entry of a model that the hub has, with some keys changed."""
    statistics = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
    values = {"timm": "test_resnet", "origin": "hub", "hub": REPOSITORY, "preprocessing": statistics}
    return Backbone.model_validate(values | changes)


PUBLISHED = entry()


def pin(content: bytes, revision: str | None) -> Pin:
    digest = hashlib.sha256(content).hexdigest()
    return Pin(hub=REPOSITORY, file="model.safetensors", revision=revision, size=len(content), sha256=digest)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving({FIRST: {"model.safetensors": OLD}, SECOND: {"model.safetensors": NEW}}) as server:
        use(server.url, monkeypatch)
        yield server


def use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", url)
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


class Place:
    """Where one model's weights go, and the lock."""

    def __init__(self, folder: Path):
        self.output, self.lock = folder / "weights" / "tiny.safetensors", folder / "weights.lock"

    def fetch(self, source: Path | None = None, model: Backbone = PUBLISHED) -> None:
        fetch("tiny", model, self.output, source=str(source) if source else None, lock=self.lock)

    def files(self) -> list[str]:
        """All that lies in the output's folder, hidden files too."""
        return [path.name for path in self.output.parent.iterdir()] if self.output.parent.exists() else []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def fails(place: Place, *words: str, source: Path | None = None, model: Backbone = PUBLISHED) -> None:
    """Fetching is one UserError with these words, and leaves neither output nor a lock entry it did not find."""
    before = read_lock(place.lock)
    with pytest.raises(UserError) as error:
        place.fetch(source, model)
    for word in words:
        assert word in str(error.value)
    assert not place.output.exists()
    assert read_lock(place.lock) == before


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
    hub.body = lambda content: content[:-1] + b"?"
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
    deadline = time.monotonic() + 60
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
    torch.save({"model": {"x": torch.ones(3)}}, tmp_path / "published.pth")
    hub.files[SECOND]["published.pth"] = (tmp_path / "published.pth").read_bytes()
    published = entry(file="published.pth")
    spec = {"name": "tiny", "model": published.model_dump(mode="json"), "lock": str(place.lock)}
    fetch_weights(parse(FetchWeightsSpec, ["--output", "weights", str(place.output), "--spec", json.dumps(spec)]))
    about = read_provenance(place.output)["about"]
    assert about == {"model": "tiny", "published": read_lock(place.lock)["tiny"].model_dump()}
    assert torch.equal(read_weights(place.output)["x"], torch.ones(3))
    assert read_lock(place.lock)["tiny"].size == len(hub.files[SECOND]["published.pth"])
    assert place.files() == ["tiny.safetensors"]


def test_a_local_file_needs_no_network_and_is_recorded(place: Place, tmp_path: Path) -> None:
    (tmp_path / "mine.safetensors").write_bytes(NEW)
    place.fetch(tmp_path / "mine.safetensors")
    assert place.output.read_bytes() == NEW
    assert read_lock(place.lock) == {"tiny": pin(NEW, None)}


@pytest.mark.parametrize("name", ["tiny.safetensors", "tiny/model.safetensors"])
def test_a_folder_of_weights_is_searched(place: Place, tmp_path: Path, name: str) -> None:
    file = tmp_path / "source" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(NEW)
    place.fetch(tmp_path / "source")
    assert place.output.read_bytes() == NEW


def test_the_folder_may_carry_the_repositorys_name(place: Place, tmp_path: Path) -> None:
    model = entry(hub="timm/vit_other.openai")
    file = tmp_path / "source" / "vit_other.openai" / "model.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(NEW)
    place.fetch(tmp_path / "source", model)
    assert place.output.read_bytes() == NEW


def test_a_local_pickle_becomes_safetensors(place: Place, tmp_path: Path) -> None:
    torch.save({"x": torch.ones(3)}, tmp_path / "tiny.pth")
    place.fetch(tmp_path)
    assert torch.equal(read_weights(place.output)["x"], torch.ones(3))


def test_a_local_file_must_have_the_locked_bytes(place: Place, tmp_path: Path) -> None:
    record("tiny", pin(NEW, SECOND), place.lock)
    (tmp_path / "tiny.safetensors").write_bytes(OLD)
    fails(place, "not the locked ones", pin(OLD, None).sha256, source=tmp_path)


def test_a_truncated_local_file_is_refused_and_not_recorded(place: Place, tmp_path: Path) -> None:
    (tmp_path / "tiny.safetensors").write_bytes(NEW[:-10])
    fails(place, "truncated", "tiny.safetensors", source=tmp_path)
    assert place.files() == []


def test_a_source_without_the_model_lists_what_was_looked_for(place: Place, tmp_path: Path) -> None:
    fails(place, "'tiny'", "tiny.safetensors", "tiny.pth", "tiny/model.safetensors", source=tmp_path)


@pytest.mark.parametrize("origin", ["pretrain", "none"])
def test_a_model_without_published_weights_is_refused(place: Place, origin: str) -> None:
    fails(place, "no published weights", origin, model=entry(origin=origin))


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    model = {"title": "Tiny", **PUBLISHED.model_dump(mode="json")}
    content = {"models": {"tiny": model, "own": {**model, "origin": "none"}}}
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(content))
    return tmp_path / "models.yaml"


def update(zoo: Path, place: Place, *arguments: str) -> None:
    update_lock.main([*arguments, "--zoo", str(zoo), "--lock", str(place.lock)])


def test_update_lock_pins_what_the_hub_has_now_without_downloading(
    hub: Hub, zoo: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    record("tiny", pin(OLD, FIRST), place.lock)
    record("another", pin(OLD, FIRST), place.lock)
    update(zoo, place, "tiny")
    assert f"{pin(OLD, None).sha256} -> {pin(NEW, None).sha256}" in capsys.readouterr().err
    assert read_lock(place.lock) == {"another": pin(OLD, FIRST), "tiny": pin(NEW, SECOND)}
    assert hub.ranges == []


def test_update_lock_pins_a_local_file(zoo: Path, place: Place, tmp_path: Path) -> None:
    record("tiny", pin(NEW, SECOND), place.lock)
    (tmp_path / "mine.safetensors").write_bytes(OLD)
    update(zoo, place, "tiny", "--source", str(tmp_path / "mine.safetensors"))
    assert read_lock(place.lock) == {"tiny": pin(OLD, None)}


@pytest.mark.parametrize(("name", "words"), [("tny", "did you mean 'tiny'"), ("own", "no published weights")])
def test_update_lock_exits_with_one_message(
    zoo: Path, place: Place, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        update(zoo, place, name)
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert words in said
