"""What models make of photorealistic images; the images here are noise, with masks of boxes."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from training_jobs import ENTRY, GEOMETRY

from vitatlas.errors import UserError
from vitatlas.images.photoreal.images import load
from vitatlas.images.png import encode
from vitatlas.jobs.job import parse
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.photoreal.job import zero_shot
from vitatlas.relations.photoreal.spec import ZeroShotSpec

PATCHES, TOKENS = 36, 37
SIZES = [((8, 8), (16, 24)), ((16, 16), (16, 8)), ((24, 8), (8, 8)), ((16, 16), (16, 16)), ((8, 16), (16, 16))]


def images(path, side=48, sizes=SIZES):
    """A table of noise images; the first object is at the top left, the second at the bottom right."""
    rng = np.random.default_rng(0)
    rows = []
    for number, ((h1, w1), (h2, w2)) in enumerate(sizes):
        mask = np.zeros((side, side), np.uint8)
        mask[:h1, :w1], mask[side - h2 :, side - w2 :] = 1, 2
        picture = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
        rows.append({"scene": number, "label": number % 2, "png": encode(picture), "mask": encode(mask)})
    pd.DataFrame(rows).to_parquet(path)
    return path


def model(path, seed, uniform=False):
    classifier = build(ENTRY, GEOMETRY, seed=seed)
    if uniform:
        for block in classifier.backbone.blocks:
            torch.nn.init.zeros_(block.attn.qkv.weight)
    save_safetensors(path, classifier.state_dict())
    return classifier.eval()


def run(folder, pictures, models, **changes):
    spec = {
        **{"name": "tiny", "model": ENTRY.model_dump(mode="json"), "geometry": GEOMETRY.model_dump()},
        **{"task": "discrimination", "setting": "256", "runs": list(range(len(models)))},
        **{"patch_share": 0.5, "batch": 2, "compute": {"device": "cpu"}},
        **changes,
    }
    outputs = {name: folder / f"{name}.parquet" for name in ("behaviour", "attention")}
    argv = ["--input", "models", *map(str, models), "--input", "images", *map(str, pictures)]
    argv += [part for name, path in outputs.items() for part in ("--output", name, str(path))]
    zero_shot(parse(ZeroShotSpec, [*argv, "--spec", json.dumps(spec)]))
    return [pd.read_parquet(path) for path in outputs.values()]


def test_accuracy_is_that_of_the_models_answers(tmp_path):
    pictures = images(tmp_path / "images.parquet")
    models = [tmp_path / f"{seed}.safetensors" for seed in (0, 1)]
    classifiers = [model(path, seed) for seed, path in enumerate(models)]
    behaviour, _ = run(tmp_path, [pictures], models)
    assert list(behaviour.columns) == [
        "model", "task", "setting", "checkpoint", "split", "metric", "value", "n", "run"
    ]  # fmt: skip
    rendered = load([pictures])
    for seed, classifier in enumerate(classifiers):
        with torch.inference_mode():
            answers = classifier(torch.from_numpy(rendered.image).permute(0, 3, 1, 2)).argmax(1).numpy()
        cell = behaviour.query("metric == 'accuracy' and run == " + str(seed)).iloc[0]
        assert cell["value"] == (answers == rendered.label).mean() and cell["n"] == len(SIZES)
        assert (cell["split"], cell["checkpoint"]) == ("photoreal", "best")


def test_uniform_attention_measures_the_objects_own_numbers_of_patches(tmp_path):
    pictures = images(tmp_path / "images.parquet")
    model(tmp_path / "uniform.safetensors", 0, uniform=True)
    _, attention = run(tmp_path, [pictures], [tmp_path / "uniform.safetensors"])
    counts = np.array([[h * w // 64 for h, w in pair] for pair in SIZES])
    pair, background = counts.max(axis=1) / TOKENS, (PATCHES - counts.sum(axis=1)) / TOKENS
    same = np.arange(len(SIZES)) % 2 == 1
    for pairs, chosen in (("all", same | ~same), ("same", same), ("different", ~same)):
        rows = attention[attention["pairs"] == pairs].set_index("quantity")
        assert (rows["n"] == chosen.sum()).all()
        np.testing.assert_allclose(rows.loc["WP", "value"], pair[chosen].mean(), atol=1e-6)
        np.testing.assert_allclose(rows.loc["BG", "value"], background[chosen].mean(), atol=1e-6)
        np.testing.assert_allclose(rows.loc["WO", "value"], 1 - (pair + background)[chosen].mean(), atol=1e-6)
    assert set(attention["images"]) == {"photoreal"} and set(attention["layer"]) == {0, 1, 2}


def test_shares_and_batches_do_not_matter(tmp_path):
    pictures = images(tmp_path / "images.parquet")
    table = pd.read_parquet(pictures)
    shares = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    for shard, path in enumerate(shares):
        table.iloc[shard::2].to_parquet(path)
    model(tmp_path / "model.safetensors", 0)
    whole = run(tmp_path, [pictures], [tmp_path / "model.safetensors"])
    parts = run(tmp_path, shares, [tmp_path / "model.safetensors"], batch=5)
    for one, other in zip(whole, parts, strict=True):
        pd.testing.assert_frame_equal(one, other, rtol=0, atol=1e-5)


def test_bad_input_is_named(tmp_path):
    model(tmp_path / "model.safetensors", 0)
    models = [tmp_path / "model.safetensors"]
    with pytest.raises(UserError, match="the images are 32 px wide, the model takes 48 px"):
        run(tmp_path, [images(tmp_path / "small.parquet", 32)], models)
    thin = images(tmp_path / "thin.parquet", sizes=[*SIZES, ((16, 16), (48, 3))])
    with pytest.raises(UserError, match="object 2 of scene 5 owns no patch of 8 px"):
        run(tmp_path, [thin], models)
    with pytest.raises(UserError, match="1 models for 2 runs"):
        run(tmp_path, [images(tmp_path / "images.parquet")], models, runs=[0, 1])
    (tmp_path / "broken.parquet").write_bytes(b"no table")
    with pytest.raises(UserError, match="no table of rendered images"):
        run(tmp_path, [tmp_path / "broken.parquet"], models)
    assert not (tmp_path / "behaviour.parquet").exists()
