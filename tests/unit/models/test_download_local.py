from __future__ import annotations

from pathlib import Path

import pytest
import torch
from downloads import NEW, OLD, Place, entry, fails, pin
from hub_server import SECOND

from vitatlas.models.lock import read_lock, record
from vitatlas.models.weights import read_weights


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
