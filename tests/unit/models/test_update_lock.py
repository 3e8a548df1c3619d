from __future__ import annotations

from pathlib import Path

import pytest
import update_lock
import yaml
from downloads import NEW, OLD, PUBLISHED, Place, pin
from hub_server import FIRST, SECOND, Hub

from vitatlas.models.lock import read_lock, record


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    model = {"title": "Tiny", **PUBLISHED.model_dump(mode="json")}
    content = {"models": {"tiny": model, "own": {**model, "origin": "none"}}}
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(content))
    return tmp_path / "models.yaml"


def update(zoo: Path, place: Place, *arguments: str) -> None:
    update_lock.main([*arguments, "--zoo", str(zoo), "--lock", str(place.lock), "--weights", str(place.output.parent)])


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
