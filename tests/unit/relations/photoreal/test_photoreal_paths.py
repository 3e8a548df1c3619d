"""Which photorealistic images the rules of this paper take."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from vitatlas.errors import SectionError, UserError
from vitatlas.project.atlas import load_atlas
from vitatlas.relations.config.models import Geometries, Geometry


def test_every_model_of_one_image_size_is_shown_the_same_images(root: Path) -> None:
    relations = load_atlas(root, {"tier": "paper"}).relations
    names = ("clip_b16", "imagenet_b16", "dinov2_b14")
    images = {name: relations.paths.photoreal_images(SimpleNamespace(model=name)) for name in names}
    assert images["clip_b16"] == images["imagenet_b16"] == images["dinov2_b14"]
    assert images["clip_b16"][0] == "results/paper/photoreal/relations/224/images/0.parquet"
    assert len(images["clip_b16"]) == relations.settings.own.photoreal.shards
    scenes = relations.paths.photoreal_scenes(SimpleNamespace(geometry="mini"))
    assert scenes == "results/paper/photoreal/relations/48p8/scenes.parquet"
    assert relations.specs.photoreal_scenes(SimpleNamespace(canvas="224"))["patches"] == [14, 16]


def test_a_model_of_no_artifact_gets_images_for_its_own_patches(root: Path) -> None:
    """Unless its patches are parts of those that the images are made for: then it is shown the same."""
    relations = load_atlas(root, {"tier": "paper"}).relations
    own = relations.paths.photoreal_scenes(SimpleNamespace(model="clip_b32"))
    assert own == "results/paper/photoreal/relations/224p32/scenes.parquet"
    spec = relations.specs.photoreal_scenes(SimpleNamespace(canvas="224p32"))
    assert (spec["canvas"], spec["patches"]) == (224, [32])
    geometries = dict(relations.zoo.annex("relations").geometries)
    for patch, served in ((7, "224"), (8, "224"), (28, "224p28"), (56, "224p56")):
        geometries["new"] = Geometry(canvas=224, patch=patch, object=2 * patch, sprite=patch)
        zoo = relations.zoo.model_copy(update={"relations": Geometries(geometries=geometries)})
        assert replace(relations.settings, zoo=zoo).photoreal_set("new") == served
    with pytest.raises(UserError, match="no artifact of this tier shows photorealistic images of 96 px"):
        relations.specs.photoreal_scenes(SimpleNamespace(canvas="96"))


def test_the_users_own_files_are_inputs(root: Path, tmp_path: Path) -> None:
    for name in ("a.obj", "b.ply", "notes.txt", "top.png"):
        (tmp_path / name).touch()
    own = {"meshes": {"folder": str(tmp_path), "license": "CC0"}, "textures": str(tmp_path)}
    atlas = load_atlas(root, {"tier": "smoke", "relations": {"photoreal": own}})
    found = atlas.relations.paths.photoreal_files(SimpleNamespace(canvas="48"))
    assert found == [str(tmp_path / name) for name in ("a.obj", "b.ply", "top.png")]


@pytest.mark.parametrize("key", ["meshes", "textures"])
def test_a_missing_folder_names_the_whole_key(root: Path, tmp_path: Path, key: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    own = {"meshes": {"folder": nowhere, "license": "CC0"}, "textures": nowhere}
    atlas = load_atlas(root, {"tier": "smoke", "relations": {"photoreal": {key: own[key]}}})
    with pytest.raises(UserError) as caught:
        atlas.relations.paths.photoreal_files(SimpleNamespace(canvas="48"))
    assert caught.value.remedy == f"correct the key relations.photoreal.{key}"


JOBS = {
    "photoreal_scenes": "vitatlas.images.photoreal.scenes_job",
    "render_photoreal": "vitatlas.images.photoreal.render_job",
    "photoreal_examples": "vitatlas.relations.photoreal.examples",
}


@pytest.mark.parametrize("name", JOBS)
def test_scripts_name_whole_keys_too(root: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each runs the job of its name, here one that finds something wrong with a key of the section."""

    def wrong(job: object) -> None:
        raise SectionError("wrong", section="photoreal", where="key '{section}.variant'", remedy="another")

    monkeypatch.setattr(f"{JOBS[name]}.{name}", wrong)
    monkeypatch.setattr("vitatlas.jobs.job.run", lambda main, spec_type: main(None))
    with pytest.raises(UserError, match=r"key 'relations\.photoreal\.variant'"):
        runpy.run_path(str(root / f"workflow/scripts/relations/{name}.py"), run_name="__main__")
