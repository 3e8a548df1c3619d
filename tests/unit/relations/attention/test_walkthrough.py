from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from scene_files import write_scenes

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.models.sites import read
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.attention.heads import best_heads, role_scores
from vitatlas.relations.attention.masses import object_masks
from vitatlas.relations.attention.roles import ROLES
from vitatlas.relations.attention.spec import WalkthroughSpec
from vitatlas.relations.attention.walkthrough import walkthrough
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.finetuning.build import build, load_classifier
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split

GEOMETRY = Geometry(canvas=48, patch=8, object=16, sprite=14)
MODEL: dict[str, Any] = {
    "timm": "vit_tiny_patch16_224",
    "architecture": {"patch_size": 8, "embed_dim": 16, "depth": 3, "num_heads": 2},
    "origin": "none",
    "preprocessing": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
HEADS = [(0, 1), (1, 0), (1, 1), (2, 0)]


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cell")
    for task in ("discrimination", "rmts"):
        scenes = make_split(task, "32", "test", 48, GEOMETRY, seed=5)
        write_scenes(folder / f"{task}.parquet", scenes, GEOMETRY, task=task, setting="32", split="test")
    save_safetensors(folder / "model.safetensors", build(Network(**MODEL), GEOMETRY, seed=1).state_dict())
    return folder


def follow(cell: Path, **changes: Any) -> pd.DataFrame:
    spec = {
        "name": "mini-test",
        "model": MODEL,
        "geometry": GEOMETRY.model_dump(),
        "task": "discrimination",
        "setting": "32",
        "run": 7,
        "heads": HEADS,
        "noise_std": 10,
        "compute": {"device": "cpu"},
    } | changes
    out = cell / "table.parquet"
    argv = ["--input", "model", str(cell / "model.safetensors"), "--output", "table", str(out)]
    argv += ["--input", "scenes", str(cell / f"{spec['task']}.parquet"), "--spec", json.dumps(spec)]
    walkthrough(parse(WalkthroughSpec, argv))
    return pd.read_parquet(out)


def test_every_row_of_attention_is_whole(cell: Path) -> None:
    table = follow(cell)
    rows = table.groupby(["role", "layer", "head", "query_token"], sort=False)["value"]
    assert rows.size().tolist() == [37] * (4 * (1 + 8))
    np.testing.assert_allclose(rows.sum(), 1, atol=1e-5)
    cells = table[["role", "layer", "head"]].drop_duplicates()
    assert cells.to_numpy().tolist() == [[role, *head] for role, head in zip(ROLES, HEADS, strict=True)]
    assert set(table["run"]) == {7}


def test_the_rows_are_those_of_the_stored_attention(cell: Path) -> None:
    table = follow(cell)
    scenes = Scenes.load(cell / "discrimination.parquet")
    row = np.flatnonzero(scenes.label == 0)[9]
    assert set(table["scene"]) == {row}
    classifier = load_classifier(Network(**MODEL), GEOMETRY, cell / "model.safetensors")
    with torch.no_grad(), read(classifier, ["block.1.attn.pattern"]) as stored:
        classifier(Renderer(GEOMETRY, 10)(scenes[row]))
    expected = stored["block.1.attn.pattern"][0, 1].numpy()
    third = table[(table["layer"] == 1) & (table["head"] == 1)]
    found = third["value"].to_numpy()
    # the class token is -1 and first in the model, patch p is token p + 1
    np.testing.assert_allclose(found, expected[third["query_token"] + 1, third["key_token"] + 1], atol=1e-6)


def test_the_sets_are_where_the_objects_are(cell: Path) -> None:
    table = follow(cell)
    scene = Scenes.load(cell / "discrimination.parquet")[int(table["scene"].iloc[0])]
    sets = table.groupby("key_set")["key_token"].unique().map(sorted)
    tokens = scene.tokens(GEOMETRY)[0]
    assert sets["object 1"] == sorted(tokens[0]) and sets["object 2"] == sorted(tokens[1])
    assert sets["class token"] == [-1]
    assert sets["background"] == sorted(set(range(36)) - set(tokens.ravel()))
    assert set(table["query_set"]) == {"object 1", "object 2", "class token"}
    assert set(follow(cell, task="rmts")["query_set"]) == {
        *("sample 1", "sample 2", "display 1", "display 2", "class token")
    }


def test_the_image_is_the_scene(cell: Path) -> None:
    table = follow(cell, label=1, scene=2)
    scenes = Scenes.load(cell / "discrimination.parquet")
    expected = Renderer(GEOMETRY, 10)(scenes[np.flatnonzero(scenes.label == 1)[2]])[0].permute(1, 2, 0).numpy()
    assert table["png"].nunique() == 1
    assert (np.asarray(Image.open(io.BytesIO(table["png"].iloc[0]))) == expected).all()
    assert (cell / "table.parquet").stat().st_size < 100_000, "the image must be stored once, not in every row"


def test_heads_are_chosen_when_none_are_named(cell: Path) -> None:
    table = follow(cell, heads=None)
    chosen = table[["role", "layer", "head"]].drop_duplicates()
    assert chosen["role"].tolist() == list(ROLES)
    assert not chosen.duplicated(["layer", "head"]).any()
    pd.testing.assert_frame_equal(table, follow(cell, heads=None))


def test_the_choice_passes_over_layers_that_are_not_to_be_starred(cell: Path) -> None:
    chosen = follow(cell, heads=None, first_layer=1)
    assert chosen["layer"].min() >= 1


def test_heads_out_of_range_are_refused(cell: Path) -> None:
    with pytest.raises(UserError, match=r"no head \(10, 6\)[\s\S]*layers are 0..2, heads 0..1"):
        follow(cell, heads=[*HEADS[:3], (10, 6)])


def test_scenes_that_do_not_exist_are_refused(cell: Path) -> None:
    with pytest.raises(UserError, match="no scene 24 of class 0, only 24"):
        follow(cell, scene=24)


def test_each_role_finds_the_head_made_for_it() -> None:
    objects = object_masks(torch.tensor([[[0, 1, 6, 7], [22, 23, 28, 29]]]), patches=36, prefix=1)
    target = torch.full((4, 37, 37), 1e-6)
    first, second = (mask.nonzero().flatten() for mask in objects[0])
    background = (~objects[0].any(0)).nonzero().flatten()[1:]
    for own, other in ((first, second), (second, first)):
        target[0, own[:, None], own[0]] = 1  # local: everything on one token of the own object
        target[1, own[:, None], own] = 1  # whole: evenly over the own object
        target[2, own[:, None], other] = 1
        target[3, own[:, None], background] = 1
    # queries are unit vectors, so that any attention can be written into the keys
    q = torch.eye(37).expand(1, 4, 37, 37) * 37**0.5
    k = target.log()[None].mT
    scores = role_scores(q, k, objects, prefix=1)
    assert best_heads(scores.double()) == [(0, 0), (0, 1), (0, 2), (0, 3)]
    torch.testing.assert_close(scores[0].diagonal(), torch.ones(4), atol=2e-3, rtol=0)


def test_objects_of_one_token_leave_local_and_whole_equal() -> None:
    objects = object_masks(torch.tensor([[[3], [9]]]), patches=16, prefix=1)
    q, k = torch.randn(1, 3, 17, 4), torch.randn(1, 3, 17, 4)
    scores = role_scores(q, k, objects, prefix=1)
    torch.testing.assert_close(scores[..., 0], scores[..., 1])
    assert scores.isfinite().all()


def test_no_head_plays_two_roles() -> None:
    scores = torch.zeros(2, 2, 4)
    scores[1, 0] = 1.0
    assert best_heads(scores) == [(1, 0), (0, 0), (0, 1), (1, 1)]
    with pytest.raises(ValueError, match="only 2 heads"):
        best_heads(scores, first_layer=1)


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_heads_are_chosen_by_what_they_do_in_the_image_shown(cell: Path, task: str) -> None:
    """Of all heads of the model, those chosen first for a role do most of it in this image, for the object of which it
    is least."""
    table = follow(cell, heads=None, task=task)
    every = [(layer, head) for layer in range(3) for head in range(2)]
    parts = [follow(cell, heads=every[:4], task=task), follow(cell, heads=[*every[4:], *every[:2]], task=task)]
    rows = pd.concat([part[part["query_token"] >= 0] for part in parts]).drop_duplicates(
        ["layer", "head", "query_token", "key_token"]
    )
    masses = rows.groupby(["layer", "head", "query_set", "key_set"])["value"].sum() / 4  # an object has four tokens
    background = masses.xs("background", level="key_set").groupby(["layer", "head"]).min()
    chosen = table[["role", "layer", "head"]].drop_duplicates().set_index("role")
    earlier = [tuple(row) for row in chosen.to_numpy()[:3]]
    assert tuple(chosen.loc["background"]) == background.drop(earlier).idxmax()


def test_a_head_that_does_it_for_one_object_alone_is_not_chosen() -> None:
    objects = object_masks(torch.tensor([[[0, 1], [4, 5]]]), patches=9, prefix=1)
    first, second = (mask.nonzero().flatten() for mask in objects[0])
    target = torch.full((2, 10, 10), 1e-6)
    target[0, first[:, None], second] = 1  # from one object alone, all
    target[0, second[:, None], second] = 1
    for own, other in ((first, second), (second, first)):
        target[1, own[:, None], other] = 1  # from both, most
        target[1, own[:, None], own] = 0.4
    q = torch.eye(10).expand(1, 2, 10, 10) * 10**0.5
    between = role_scores(q, target.log()[None].mT, objects, prefix=1)[0, :, list(ROLES).index("between objects")]
    torch.testing.assert_close(between, torch.tensor([0.0, 1 / 1.4]), atol=1e-3, rtol=0)
