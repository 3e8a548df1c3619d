"""Bundles: what is in them, how they are described, and what is refused."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from artifact_specs import STAND_INS, raw_spec, relations
from made_up_paper import PAPER as FEATURES
from PIL import Image

from vitatlas.artifacts.registry import with_stand_ins
from vitatlas.commands.bundle import contents as module
from vitatlas.commands.bundle import make
from vitatlas.commands.bundle.contents import Contents, contents_of
from vitatlas.commands.bundle.crate import METADATA
from vitatlas.commands.identify.identity import Input
from vitatlas.commands.reruns.changes import Cause
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import code_fingerprint, program_files

NAME = "figure_03"
FULL = f"relations_{NAME}"
RESULTS = "results/demo"
FIGURE = {form: f"{RESULTS}/figures/relations/{NAME}.{form}" for form in ("pdf", "png", "csv")}
TABLE = f"{RESULTS}/analysis/relations/das/mini-objects/rmts/256.parquet"
SCENES = f"{RESULTS}/scenes/relations/mini/rmts/256/ood_shape.parquet"
PROGRAM = "workflow/scripts/figure.py"
# In place of the program that draws: it writes what the CSV came with
DRAWS = """
import shutil, sys
from pathlib import Path
Path("redrawn").mkdir()
words = sys.argv
for form in ("pdf", "png", "csv"):
    place = words[words.index(form) + 1]
    shutil.copy(f"results/demo/figures/relations/{Path(place).name}", place)
"""


@pytest.fixture
def checkout(root, tmp_path):
    """A folder with a finished figure and everything that its bundle holds."""
    files = [*FIGURE.values(), TABLE, SCENES, "config/demo.yaml", "src/vitatlas/errors.py"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    Image.new("RGB", (2, 2), "red").save(tmp_path / FIGURE["png"])
    os.utime(tmp_path / FIGURE["csv"], (0, 1_800_000_000))
    (tmp_path / PROGRAM).parent.mkdir(parents=True)
    (tmp_path / PROGRAM).write_text(DRAWS)
    for name in ("LICENSE", "CITATION.cff", "workflow/bundle/redraw.py", "workflow/bundle/README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((root / name).read_text())
    return tmp_path


def bundled(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundle of the figure in that folder."""
    record = {"version": "1.0", "commit": "abc", "tier": "demo", "settings": {"seed": 1}, "spec": raw_spec(NAME)}
    record |= {"job": f"figure/{NAME}"}
    contents = Contents(
        artifact=with_stand_ins(relations().artifact(NAME), STAND_INS),
        record=record | {"inputs": {TABLE: "0"}},
        outputs=FIGURE,
        tables=[TABLE],
        scenes=[SCENES],
        config=["config/demo.yaml"],
        programs=[PROGRAM],
        modules=["src/vitatlas/errors.py"],
        environment=[],
        papers=["LICENSE", "CITATION.cff"],
    )
    monkeypatch.setattr(make, "load_atlas", lambda *_: None)
    monkeypatch.setattr(make, "contents_of", lambda *_: contents)
    return make.make_bundle(NAME, "demo", checkout)


def test_the_description_keeps_the_rules_of_ro_crate(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    document = json.loads((folder / METADATA).read_text())
    assert document["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in document["@graph"]}
    assert len(entities) == len(document["@graph"]), "an @id occurs twice"
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities["./"]
    assert root["@type"] == "Dataset" and root["datePublished"] == "2027-01-15" and root["description"]
    assert entities[root["license"]["@id"]]["name"] == "MIT"
    assert [entities[author["@id"]]["@type"] for author in root["author"]] == ["Organization"]
    links = [link["@id"] for entity in document["@graph"] for link in _links(entity)]
    assert set(links) <= entities.keys() | {"https://w3id.org/ro/crate/1.1"}, "a link leads nowhere"


def test_every_file_is_described_and_nothing_else(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    entities = {entity["@id"]: entity for entity in json.loads((folder / METADATA).read_text())["@graph"]}
    parts = {unquote(part["@id"]) for part in entities["./"]["hasPart"]}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert parts == there - {METADATA, "SHA256SUMS"} and len(parts) == 13
    for name in parts:
        entity = entities[name]
        assert "File" in entity["@type"] and "/" in entity["encodingFormat"] and entity["description"]
        assert entity["contentSize"] == str((folder / name).stat().st_size)
        assert entity["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_the_actions_lead_from_scenes_to_the_figure(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    entities = {entity["@id"]: entity for entity in json.loads((folder / METADATA).read_text())["@graph"]}
    run, drawing = entities["#run"], entities["#drawing"]
    assert run["@type"] == drawing["@type"] == "CreateAction"
    assert {"@id": SCENES} in run["object"] and run["result"] == drawing["object"] == [{"@id": TABLE}]
    assert [link["@id"] for link in drawing["result"]] == list(FIGURE.values())
    assert {"@id": PROGRAM} in drawing["instrument"]


def test_the_readme_names_the_folders_of_what_models_were_shown(checkout, monkeypatch):
    text = (bundled(checkout, monkeypatch) / "README.md").read_text()
    assert f"| `{RESULTS}/scenes/` | what the models behind the tables were trained and measured on" in text


def test_checksums_hold_and_the_archive_is_the_folder(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        names = {f"{FULL}/{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_file()}
        assert set(archive.namelist()) == names
        assert archive.read(f"{FULL}/README.md") == (folder / "README.md").read_bytes()


def test_a_bundle_made_again_is_the_same_and_replaces_the_old_one(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    before = folder.with_suffix(".zip").read_bytes()
    (folder / "left over").touch()
    assert bundled(checkout, monkeypatch).with_suffix(".zip").read_bytes() == before
    assert sorted(path.name for path in folder.parent.iterdir()) == [FULL, f"{FULL}.zip"]
    assert not (folder / "left over").exists()


def test_a_failure_leaves_the_old_bundle(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    (checkout / SCENES).unlink()
    with pytest.raises(FileNotFoundError):
        bundled(checkout, monkeypatch)
    assert (folder / "README.md").exists()
    assert sorted(path.name for path in folder.parent.iterdir()) == [FULL, f"{FULL}.zip"]


def test_the_readme_says_what_it_is_and_how_to_make_it(checkout, monkeypatch):
    text = (bundled(checkout, monkeypatch) / "README.md").read_text()
    assert text.startswith("# Figure 3: ") and "Demo tier" in text and "$" not in text.replace('"$PWD"', "")
    assert "git checkout abc" in text and '{"seed": 1}' in text and "--config tier=demo" in text


@pytest.mark.parametrize(("change", "status"), [(None, 0), ("pixels", 1), ("csv", 1), ("program", 1)])
def test_redrawing_says_whether_it_is_the_same(checkout, monkeypatch, change, status):
    folder = bundled(checkout, monkeypatch)
    if change == "pixels":
        with (folder / PROGRAM).open("a") as program:
            program.write("from PIL import Image\nImage.new('RGB', (2, 2), 'blue').save('redrawn/figure_03.png')\n")
    elif change == "csv":
        with (folder / PROGRAM).open("a") as program:
            program.write("Path('redrawn/figure_03.csv').write_text('other')\n")
    elif change == "program":
        (folder / PROGRAM).write_text("raise SystemExit(3)\n")
    done = subprocess.run([sys.executable, folder / "redraw.py"], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert ("redrawn/figure_03.png: another picture" in done.stdout) == (change == "pixels")
    assert ("redrawn/figure_03.csv: other bytes" in done.stdout) == (change == "csv")
    assert ("could not be drawn" in done.stderr) == (change == "program")


def test_the_same_pixels_in_other_bytes_are_the_same_picture(checkout, monkeypatch):
    folder = bundled(checkout, monkeypatch)
    with (folder / PROGRAM).open("a") as program:
        program.write("from PIL import Image\nImage.new('RGBA', (2, 2), 'red').save('redrawn/figure_03.png')\n")
    done = subprocess.run([sys.executable, folder / "redraw.py"], capture_output=True, text=True, check=True)
    assert "redrawn/figure_03.png: the same picture, pixel by pixel" in done.stdout


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": [Input(TABLE, "0", "missing")]}, rf"other tables than are here: {TABLE} \(missing\)"),
        ({"causes": [Cause("code: vitatlas changed")]}, "otherwise than this checkout .*: code: vitatlas changed"),
        ({"refused": "no such rule"}, "cannot be traced: no such rule"),
        ({"unasked": "Snakemake could not be asked"}, "cannot be traced: Snakemake could not be asked"),
    ],
)
def test_what_would_not_draw_the_same_is_not_bundled(changes, message):
    values = {"inputs": [], "causes": [], "refused": "", "unasked": "", "target": FIGURE["csv"]}
    with pytest.raises(UserError, match=message):
        module._check(SimpleNamespace(**values | changes), NAME, "make demo")


@pytest.fixture
def atlas(tmp_path) -> SimpleNamespace:
    """A tier of two papers, of which nothing is made."""
    ours = with_stand_ins(relations().artifact(NAME), STAND_INS)
    alone = with_stand_ins(relations().artifact("table_02"), STAND_INS)
    other = replace(ours, paper=FEATURES)
    config = SimpleNamespace(tier="demo")
    return SimpleNamespace(root=tmp_path, config=config, results=RESULTS, artifacts=[ours, alone, other])


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "figure_99",
            "unknown artifact 'figure_99'; there are: looks_figure_03, relations_figure_03, rel",
        ),
        (FULL, f"'{FULL}' is not made yet in the tier 'demo'"),
        ("looks_figure_03", "'looks_figure_03' is not made yet"),
        ("table_02", "'relations_table_02' is not made yet"),
    ],
)
def test_what_is_not_there_is_one_error(atlas, target, message):
    with pytest.raises(UserError, match=message):
        contents_of(target, atlas)


def test_bundles_of_two_papers_are_not_mixed(atlas):
    with pytest.raises(UserError, match=f"'{NAME}' is an artifact of several papers") as caught:
        contents_of(NAME, atlas)
    assert caught.value.remedy == f"name one in full: {FULL}, looks_figure_03"


def test_the_programs_of_a_bundle_are_all_that_count_and_those_without_effect(root):
    programs = [root / PROGRAM, root / "workflow/notebooks/relations/das.ipynb"]
    files = program_files(programs, root / "src")
    assert len(files) > len(code_fingerprint(programs, root / "src")) > 10
    assert {root / "src/vitatlas/errors.py", root / "src/vitatlas/jobs/start.py"} <= set(files)
    assert not any("import torch" in path.read_text() for path in files)


def _links(entity):
    """Everything that an entity links to."""
    for value in entity.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and "@id" in part:
                yield part
