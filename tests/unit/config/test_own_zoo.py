"""A user's own models beside the project's: in the zoo, and in nothing that is about the project."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from plan_jobs import planned

from vitatlas.commands.document import documents
from vitatlas.commands.reruns.parts import parts_of
from vitatlas.config.load import OWN_MODELS, tiers
from vitatlas.config.read import merge, read_yaml
from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas
from vitatlas.project.load import load_zoo

ROOT = Path(__file__).resolve().parents[3]
ENTRY = {
    "title": "An own title",
    "timm": "vit_tiny_patch16_224",
    "origin": "none",
    "preprocessing": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
    "encoder": {"image": 224},
}
GRID = {"canvas": 48, "patch": 4, "object": 16, "sprite": 14}


@pytest.fixture
def checkout(tmp_path) -> Path:
    """All that the configuration is read from, without a model of a user's own."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns(OWN_MODELS))
    for name in ("envs", "src", "workflow", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def write(checkout, content) -> Path:
    path = checkout / "config" / OWN_MODELS
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def zoo(checkout, **how):
    return load_zoo(checkout / "config/models.yaml", **how)


def test_own_models_are_in_the_zoo_unless_it_is_asked_for_without_them(checkout):
    before = zoo(checkout)
    write(checkout, {"models": {"mine": ENTRY}})
    found = zoo(checkout)
    assert found.models.keys() == {*before.models, "mine"} and found.encoder("mine").encoder.image == 224
    assert found.annex("relations") == before.annex("relations")
    assert zoo(checkout, own=False).model_dump() == before.model_dump()


def test_own_geometries_are_there_for_own_models(checkout):
    before = zoo(checkout)
    of_relations = {"geometry": "fine", "pretraining_scale": "–"}
    write(
        checkout,
        {"relations": {"geometries": {"fine": GRID}}, "models": {"mine": {**ENTRY, "relations": of_relations}}},
    )
    found = zoo(checkout)
    assert found.annex("relations").geometries.keys() == {*before.annex("relations").geometries, "fine"}
    assert found.annex_of("mine", "relations").geometry == "fine" and found.models.keys() == {*before.models, "mine"}


GUIDE = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/how-to/add-a-model.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("text", [text for text in GUIDE if "models:" in text])
def test_what_the_guide_shows_is_a_file_as_it_stands(checkout, text):
    before = zoo(checkout).models.keys()
    write(checkout, text)
    assert zoo(checkout).models.keys() == {*before, *yaml.safe_load(text)["models"]}


def test_pasted_into_the_projects_zoo_it_replaces_nothing_in_silence(checkout):
    path = checkout / "config/models.yaml"
    path.write_text(path.read_text() + GUIDE[0])
    with pytest.raises(UserError, match=r"the key 'models' is there twice, in lines \d+ and \d+") as refused:
        zoo(checkout)
    assert "put what stands below the second below the first" in refused.value.remedy


def test_a_file_without_entries_adds_none(checkout):
    before = zoo(checkout)
    write(checkout, "models:\n")
    assert zoo(checkout).model_dump() == before.model_dump()


def test_it_is_no_tier(checkout):
    before = tiers(checkout / "config")
    write(checkout, {"models": {"mine": ENTRY}})
    assert tiers(checkout / "config") == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"models": {"dino_b16": ENTRY}}, ["two models 'dino_b16'", "models.yaml and ", OWN_MODELS]),
        ({"models": {"mine": {**ENTRY, "tim": "x"}}}, ["'models.mine.tim'", OWN_MODELS]),
        (
            {"models": {"mine": ENTRY}, "relation": {}},
            ["unknown key 'relation'", "did you mean 'relations'", OWN_MODELS],
        ),
        ({"models": {}, "relations": {"geometries": {"p16": GRID}}}, ["two geometries 'p16'", "models.yaml and "]),
        ({"models": {}, "relations": {"geometries": {"a-b": GRID}}}, ["'relations.geometries.a-b'", OWN_MODELS]),
        ({"models": {"ViT/S": ENTRY}}, ["'models.ViT/S'", "letters, digits", OWN_MODELS]),
        ("models: {mine: {}}\nmodels: {other: {}}", ["'models' is there twice, in lines 1 and 2", OWN_MODELS]),
        ({"model": {}}, ["it has: model", OWN_MODELS]),
        ("models: [", ["no valid YAML", OWN_MODELS]),
    ],
)
def test_a_mistake_is_named_with_the_file(checkout, content, words):
    write(checkout, content)
    with pytest.raises(UserError) as refused:
        zoo(checkout)
    assert all(word in str(refused.value) for word in words)


def specs(checkout) -> dict[str, object]:
    """What several models, or none, are said in: of each paper, its verdicts, invariants, page, figures and tables."""
    atlas, found = load_atlas(checkout, {"tier": "smoke"}), {}
    for name, room in atlas.rooms.items():
        paper = SimpleNamespace(paper=name)
        rules = ["page", "coverage_page", "compute_table"]
        rules += ["verdicts", "null_calibration"] if room.has_published_numbers else []
        found |= {f"{name} {rule}": getattr(atlas.specs, rule)(paper) for rule in rules}
        if "invariants" in room.specs.rules:
            found[f"{name} invariants"] = atlas.invariants_spec(paper)
        for artifact in room.artifacts:
            made = getattr(atlas.specs, artifact.kind)(SimpleNamespace(paper=name, artifact=artifact.name))
            found[artifact.target] = made
    found["photographs"] = atlas.relations.specs.photoreal_scenes(SimpleNamespace(canvas="48"))
    found["encoder"] = atlas.pictures.specs.encoder_quality(SimpleNamespace(model="mini-vit", run="0"))
    return found


NEW = {
    "models": {"mine": {**ENTRY, "relations": {"geometry": "new", "pretraining_scale": "–", "readout": "cls+mean"}}},
    "relations": {"geometries": {"new": {"canvas": 48, "patch": 16, "object": 16, "sprite": 14}}},
}


@pytest.mark.parametrize("file", [OWN_MODELS, "models.yaml"])
def test_an_entry_that_nothing_uses_changes_no_spec(checkout, file):
    """Neither a model nor its geometry, in whichever file they are: not even what verdicts know of titles, what
    invariants know of grids, and whose patches photorealistic scenes are made for."""
    before = specs(checkout)
    path = checkout / "config" / file
    path.write_text(yaml.safe_dump(merge(read_yaml(path) if path.exists() else {}, NEW)))
    assert "mine" in zoo(checkout).models and "new" in zoo(checkout).annex("relations").geometries
    after = specs(checkout)
    assert [name for name in before if before[name] != after[name]] == []


def test_a_model_of_ones_own_that_stands_in_has_its_title(checkout):
    write(checkout, {"models": {"mine": ENTRY}})
    overrides = {"tier": "smoke", "pictures": {"stand_ins": {"mini-swin": "mine"}}}
    atlas = load_atlas(checkout, overrides)
    settings = atlas.specs._settings(atlas.config)
    assert "mine" in settings.titles("relations", ["mine"]) and "mine" not in settings.titles("relations", [])


def test_documents_are_about_the_project_alone(checkout):
    (checkout / "README.md").symlink_to(ROOT / "README.md")
    write(checkout, {"models": {"mine": ENTRY}})
    assert not [name for name, text in documents(checkout).items() if "An own title" in text]


def test_what_if_tells_the_two_files_apart(checkout):
    write(checkout, {"models": {"mine": ENTRY}})
    jobs = [planned("own_components", {"model": "mine"}, 0), planned("das", {"name": "mini-objects"}, 1)]
    found = {part.label: part for part in parts_of(Path("config") / OWN_MODELS, jobs, "smoke", checkout)}
    assert found.keys() == {"models.mine"} and [job.rule for job in found["models.mine"].jobs] == ["own_components"]
    of_project = {part.label for part in parts_of(Path("config/models.yaml"), jobs, "smoke", checkout)}
    assert "models.mine" not in of_project and "models.mini-objects" in of_project
