"""A model that a small hub has, and a place to fetch its weights to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import huggingface_hub.constants
import pytest
from hub_server import REPOSITORY
from safetensors.torch import save

from vitatlas.config.models import Backbone
from vitatlas.errors import UserError
from vitatlas.models.build import build_backbone
from vitatlas.models.download import fetch
from vitatlas.models.lock import Pin, read_lock


def entry(**changes: object) -> Backbone:
    """The entry of a model that the hub has, with some keys changed."""
    statistics = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
    values = {"timm": "test_resnet", "origin": "hub", "hub": REPOSITORY, "preprocessing": statistics}
    return Backbone.model_validate(values | changes)


PUBLISHED = entry()


def weights(seed: int, model: Backbone = PUBLISHED) -> bytes:
    """A safetensors file of weights that fit the model."""
    return save(build_backbone(model, SIDE, seed=seed).state_dict())


SIDE = 160  # pixels
OLD, NEW = weights(0), weights(1)


def pin(content: bytes, revision: str | None) -> Pin:
    digest = hashlib.sha256(content).hexdigest()
    return Pin(hub=REPOSITORY, file="model.safetensors", revision=revision, size=len(content), sha256=digest)


def use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", url)
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


class Place:
    """Where one model's weights go, and the lock."""

    def __init__(self, folder: Path):
        self.output, self.lock = folder / "weights" / "tiny.safetensors", folder / "weights.lock"

    def fetch(self, source: Path | None = None, model: Backbone = PUBLISHED) -> None:
        fetch("tiny", model, self.output, source=source, lock=self.lock)

    def files(self) -> list[str]:
        """All that lies in the output's folder, hidden files too."""
        return [path.name for path in self.output.parent.iterdir()] if self.output.parent.exists() else []


def fails(place: Place, *words: str, source: Path | None = None, model: Backbone = PUBLISHED) -> None:
    """Fetching is one UserError with these words, and leaves neither output nor a lock entry it did not find."""
    before = read_lock(place.lock)
    with pytest.raises(UserError) as error:
        place.fetch(source, model)
    for word in words:
        assert word in str(error.value)
    assert not place.output.exists()
    assert read_lock(place.lock) == before
