"""Weights that no hub has as a network's: a checkpoint of one's own, torchvision's, and text towers."""

from __future__ import annotations

import io
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import pytest
import torch
from downloads import NEW, OLD, Place, entry
from encoder_kinds import encoder_entry, pictures
from safetensors.torch import load

from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.errors import UserError
from vitatlas.jobs.files import sha256
from vitatlas.models import relock, torchvision_weights
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.lock import read_lock
from vitatlas.models.relock import update_lock
from vitatlas.models.weights import read_weights

# isort: split
import torchvision

KEY = "conv1.0.weight"
TORCHVISION = entry(origin="torchvision", hub=None, file="MobileNet_V2_Weights.IMAGENET1K_V1")


def own(file: Path):
    return entry(origin="file", hub=None, file=str(file))


def test_an_own_checkpoint_is_recorded_and_enforced(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "mine.pth"
    torch.save({"model": load(OLD), "epoch": 5}, file)
    place.fetch(file, own(file))
    assert torch.equal(read_weights(place.output)[KEY], load(OLD)[KEY])
    pin = read_lock(place.lock)["tiny"]
    assert (pin.hub, pin.file, pin.sha256) == ("file", str(file), sha256(file))
    torch.save(load(NEW), file)
    with pytest.raises(UserError, match=r"not the locked ones[\s\S]*update_lock\.py tiny"):
        place.fetch(file, own(file))
    zoo = ModelZoo(models={"tiny": ModelEntry(title="own", **own(file).model_dump())})
    update_lock(["tiny"], zoo, place.lock, None, place.output.parent)
    assert not place.output.exists()  # so that the next run takes the new ones
    place.fetch(file, own(file))
    assert torch.equal(read_weights(place.output)[KEY], load(NEW)[KEY])


@pytest.mark.parametrize("origin", ["file", "torchvision"])
def test_an_entry_must_say_which_file(origin: str) -> None:
    with pytest.raises(ValueError, match="needs the key 'file'"):
        entry(origin=origin, hub=None)


def served(content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let torch's downloads answer with `content`; the addresses asked for."""
    asked: list[str] = []

    def open_url(request):
        asked.append(request.full_url)
        response = io.BytesIO(content)
        response.info = Message
        return response

    monkeypatch.setattr(torch.hub, "urlopen", open_url)
    return asked


def test_torchvisions_weights_are_checked_against_the_name_of_their_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = served(NEW, monkeypatch)
    with pytest.raises(UserError, match=r"invalid hash value[\s\S]*MobileNet_V2_Weights\.IMAGENET1K_V1"):
        place.fetch(model=TORCHVISION)
    assert asked == [torchvision.models.get_weight(TORCHVISION.file).url]
    assert place.files() == []
    assert read_lock(place.lock) == {}


def test_torchvisions_weights_are_fetched_pinned_and_loaded_into_timms_network(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = torchvision.models.mobilenet_v2(num_classes=7).train()
    network(torch.randn(4, 3, 32, 32))
    buffer = io.BytesIO()
    torch.save(network.eval().state_dict(), buffer)
    served(buffer.getvalue(), monkeypatch)
    nameless = SimpleNamespace(url="https://example.org/mobilenet.pth")  # the real name promises other bytes
    monkeypatch.setattr(torchvision_weights, "get_weight", lambda name: nameless)
    place.fetch(model=TORCHVISION)
    pin = read_lock(place.lock)["tiny"]
    assert (pin.hub, pin.file) == ("torchvision", TORCHVISION.file)
    assert place.files() == ["tiny.safetensors"]
    full = encoder_entry("mobilenetv2").model_copy(update={"timm": "mobilenetv2_100"})
    encoder = build_encoder(full, seed=0).eval()
    load_encoder(encoder, place.output)
    with torch.no_grad():
        assert torch.allclose(encoder.logits(pictures(32)), network(encoder.normalise(pictures(32))), atol=1e-5)


@pytest.mark.parametrize("name", ["MobileNet_V9_Weights.IMAGENET1K_V1", "MobileNet_V2_Weights.NONE", "mobilenet"])
def test_weights_that_torchvision_lacks_are_named(place: Place, name: str) -> None:
    with pytest.raises(UserError, match=rf"no such weights[\s\S]*{name}"):
        place.fetch(model=TORCHVISION.model_copy(update={"file": name}))


def test_without_a_network_the_other_way_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request):
        raise URLError("unreachable")

    monkeypatch.setattr(torch.hub, "urlopen", refuse)
    with pytest.raises(UserError, match=r"unreachable[\s\S]*offline-weights\.md"):
        place.fetch(model=TORCHVISION)
    assert place.files() == []


def test_nobody_states_the_checksum_of_torchvisions_weights(place: Place, tmp_path: Path) -> None:
    zoo = ModelZoo(models={"tiny": ModelEntry(title="small", **TORCHVISION.model_dump())})
    with pytest.raises(UserError, match=r"torchvision itself[\s\S]*--source"):
        update_lock(["tiny"], zoo, place.lock, None, tmp_path)
    (tmp_path / "tiny.safetensors").write_bytes(OLD)
    update_lock(["tiny"], zoo, place.lock, tmp_path, place.output.parent)
    assert read_lock(place.lock)["tiny"].hub == "torchvision"


def with_text() -> ModelZoo:
    text = {"open_clip": "ViT-B-16", "hub": "laion/both", "file": "both.bin"}
    settings = {**encoder_entry("clip").encoder.model_dump(), "text": text}
    return ModelZoo.model_validate(
        {
            "models": {
                "c": {"title": "CLIP", "encoder": settings, **entry().model_dump()},
                "d": {"title": "D", **entry().model_dump()},
            }
        }
    )


def test_a_text_tower_is_fetched_under_a_name_of_its_own(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    towers = with_text().published("c.text")
    assert (towers.hub, towers.file) == ("laion/both", "both.bin")
    assert with_text().published("c") == with_text().models["c"].backbone
    torch.save({"visual.x": torch.ones(2)}, tmp_path / "both.bin")
    with pytest.raises(UserError, match="no text tower"):
        update_lock(["c.text"], with_text(), place.lock, tmp_path / "both.bin", tmp_path)
    assert read_lock(place.lock) == {}
    monkeypatch.setattr(relock, "check_fits", lambda spec, path: None)
    update_lock(["c.text"], with_text(), place.lock, tmp_path / "both.bin", tmp_path)
    assert read_lock(place.lock)["c.text"].file == "both.bin"


@pytest.mark.parametrize(
    ("name", "words"), [("d.text", "'d' has no text tower"), ("e.text", "unknown model 'e'"), ("e", "unknown model")]
)
def test_models_without_a_text_tower_are_named(name: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        with_text().published(name)


def test_encoders_are_asked_for_by_name() -> None:
    zoo = with_text()
    assert zoo.encoder("c").encoder.projection == 10
    assert "text" in zoo.encoder("c").model_dump()["encoder"]
    with pytest.raises(UserError, match=r"'d' has no key `encoder`[\s\S]*add-a-model\.md"):
        zoo.encoder("d")
    save = zoo.models["c"].backbone.model_dump()
    assert "encoder" not in save  # what other specs hold of a model does not change
