"""Which photorealistic images the rules of this paper take."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from vitatlas.project.atlas import load_atlas


def test_every_model_of_one_image_size_is_shown_the_same_images(root: Path) -> None:
    relations = load_atlas(root, {"tier": "paper"}).relations
    names = ("clip_b16", "clip_b32", "dinov2_b14")
    images = {name: relations.paths.photoreal_images(SimpleNamespace(model=name)) for name in names}
    assert images["clip_b16"] == images["clip_b32"] == images["dinov2_b14"]
    assert images["clip_b16"][0] == "results/paper/photoreal/relations/224/images/0.parquet"
    assert len(images["clip_b16"]) == relations.settings.own.photoreal.shards
    scenes = relations.paths.photoreal_scenes(SimpleNamespace(geometry="mini"))
    assert scenes == "results/paper/photoreal/relations/48/scenes.parquet"
    assert relations.specs.photoreal_scenes(SimpleNamespace(canvas="224"))["patches"] == [14, 16, 32]


def test_the_users_own_files_are_inputs(root: Path, tmp_path: Path) -> None:
    for name in ("a.obj", "b.ply", "notes.txt", "top.png"):
        (tmp_path / name).touch()
    own = {"meshes": {"folder": str(tmp_path), "license": "CC0"}, "textures": str(tmp_path)}
    atlas = load_atlas(root, {"tier": "smoke", "relations": {"photoreal": own}})
    found = atlas.relations.paths.photoreal_files(SimpleNamespace(canvas="48"))
    assert found == [str(tmp_path / name) for name in ("a.obj", "b.ply", "top.png")]
