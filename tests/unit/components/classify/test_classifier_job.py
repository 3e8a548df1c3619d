"""The job that makes heads: zero-shot heads of a CLIP model, linear probes of contributions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from small_clip import ENTRY, SIZES, saved_clip
from torch.nn.functional import cosine_similarity

from vitatlas.components.classify.headed import load_head
from vitatlas.components.classify.job import classifier
from vitatlas.components.classify.spec import ClassifierSpec
from vitatlas.encoders.quality.texts import text_tower
from vitatlas.errors import UserError
from vitatlas.images.world.prompts import prompts
from vitatlas.jobs.job import parse
from vitatlas.models.text.zero_shot import embedded

CLASSES = ["sea", "desert", "city"]
WIDTH = 6


def made(folder: Path, kind: str, inputs: list[str], **changes: Any) -> Path:
    spec = {
        "encoder": {"name": "clip", "run": 0, "model": ENTRY.model_dump(mode="json"), "weights_seed": 0},
        **{"kind": kind, "attribute": "location", "classes": CLASSES, "small": SIZES.model_dump(), "compute": {}},
        **{"fitted": "alignment", "chosen": "held_out"},
    }
    output = ["--output", "head", str(folder / "head.safetensors"), "--spec", json.dumps(spec | changes)]
    classifier(parse(ClassifierSpec, [*inputs, *output]))
    return folder / "head.safetensors"


@torch.no_grad()
def test_a_head_of_texts_gives_cosines_times_the_models_factor(tmp_path: Path) -> None:
    weights = saved_clip(tmp_path / "clip.safetensors")
    head = load_head(made(tmp_path, "texts", ["--input", "weights", str(weights)]), ENTRY.encoder.projection)
    tower = text_tower(ENTRY, SIZES, weights, 0)
    vectors = embedded(tower, [prompts("location")[name] for name in CLASSES])
    z = torch.nn.functional.normalize(torch.randn(4, ENTRY.encoder.projection), dim=1)
    wanted = tower.logit_scale.exp() * cosine_similarity(z[:, None], vectors[None], dim=2)
    torch.testing.assert_close(head(z), wanted, rtol=1e-4, atol=1e-4)
    assert not head.weight.requires_grad


def planted(folder: Path, noise: float = 0.1) -> list[str]:
    """Contributions whose sums lie around a place of their class, on axes of unlike size."""
    generator = np.random.default_rng(0)
    names = generator.choice(CLASSES, 300)
    places = generator.standard_normal((len(CLASSES), WIDTH))
    z = places[[CLASSES.index(name) for name in names]] + noise * generator.standard_normal((300, WIDTH))
    z = z * np.logspace(-2, 2, WIDTH) + 5
    first = generator.standard_normal(z.shape)
    paths = [folder / name for name in ("v.npy", "pictures.parquet", "components.parquet")]
    np.save(paths[0], np.stack([first, z - first], axis=1).astype(np.float32))
    parts = np.repeat(["alignment", "held_out", "test"], 100)
    ids = [str(number) for number in range(300)]
    pd.DataFrame({"picture": ids, "part": parts, "location": names}).to_parquet(paths[1])
    pd.DataFrame({"name": ["init", "bias"], "kind": ["init", "bias"]}).to_parquet(paths[2])
    return ["--input", "contributions", *map(str, paths)]


@torch.no_grad()
def test_a_probe_finds_planted_classes_on_pictures_that_it_has_not_seen(tmp_path: Path) -> None:
    inputs = planted(tmp_path)
    head = load_head(made(tmp_path, "probe", inputs), WIDTH)
    z = torch.from_numpy(np.load(tmp_path / "v.npy").sum(1)[200:])
    wanted = pd.read_parquet(tmp_path / "pictures.parquet")["location"][200:].map(CLASSES.index)
    assert (head(z).argmax(1).numpy() == wanted.to_numpy()).mean() > 0.95


def test_a_probe_is_not_fitted_on_the_pictures_that_it_is_measured_on(tmp_path: Path) -> None:
    inputs = planted(tmp_path, noise=1)
    before = made(tmp_path, "probe", inputs).read_bytes()
    vectors = np.load(tmp_path / "v.npy")
    vectors[200:] *= -3
    np.save(tmp_path / "v.npy", vectors)
    (tmp_path / "again").mkdir()
    again = load_head(made(tmp_path / "again", "probe", inputs), WIDTH)
    (tmp_path / "head.safetensors").write_bytes(before)
    assert torch.equal(again.weight, load_head(tmp_path / "head.safetensors", WIDTH).weight)


def test_a_head_of_another_width_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, "probe", planted(tmp_path))
    with pytest.raises(UserError, match="reads vectors of width 6, and the encoder's have 7"):
        load_head(path, WIDTH + 1)


def test_pictures_of_unknown_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is known of the classes of these pictures"):
        made(tmp_path, "probe", planted(tmp_path), attribute="category")


def test_texts_of_a_model_without_a_tower_are_refused(tmp_path: Path) -> None:
    weights = saved_clip(tmp_path / "clip.safetensors")
    with pytest.raises(UserError, match="'clip' has no text tower"):
        made(tmp_path, "texts", ["--input", "weights", str(weights)], small=None)
