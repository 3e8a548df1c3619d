"""An entry of the key `own`: what follows from it, its files, and what is refused."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from vitatlas.components.own.use import Use
from vitatlas.errors import UserError
from vitatlas.papers import papers
from vitatlas.project.load import load_config, load_zoo
from vitatlas.project.rooms import open_room

ROOT = Path(__file__).resolve().parents[4]
ZOO = load_zoo(ROOT / "config/models.yaml", own=False)
ENTRIES = {
    "vit": {"data": "documents", "model": "mini-vit", "words": "w.txt"},
    "clip": {"data": "gone", "model": "mini-clip", "words": "w.txt", "run": 2},
    "tied": {"data": "documents", "model": "mini-clip", "words": "w.txt", "method": "tied"},
    "other": {"data": "documents", "model": "mini-vit", "words": "w.txt", "text_model": "clip_b16_laion"},
}
NAMED = {"data": {"gone": {"kind": "flat", "place": "/nowhere"}}, "components": {"own": ENTRIES}}


@pytest.fixture(scope="module")
def room():
    config = load_config(ROOT / "config", {"tier": "smoke", **NAMED}, ZOO)
    return open_room(papers()["components"], config, ZOO, ROOT)


@pytest.mark.parametrize(
    ("name", "text_model", "run", "method"),
    [
        *(("vit", "mini-clip", 0, "compalign"), ("clip", "mini-clip", 2, None)),
        *(("tied", "mini-clip", 0, "tied"), ("other", "clip_b16_laion", 0, "compalign")),
    ],
)
def test_texts_and_method_follow_from_the_model_unless_they_are_said(room, name, text_model, run, method):
    use = Use(room.settings, name)
    assert (use.text_model, use.text_run, use.method) == (text_model, run, method)


def test_its_files(room):
    files = {
        part: getattr(room.paths, f"own_{part}")(SimpleNamespace(own=name))
        for name, part in [("vit", "weights"), ("vit", "text_weights"), ("other", "tower"), ("vit", "indexes")]
    }
    assert files["weights"] == ["results/smoke/weights/mini-vit/run0.safetensors"]
    assert files["text_weights"] == ["results/smoke/weights/mini-clip/run0.safetensors"]
    assert files["tower"] == ["resources/weights/clip_b16_laion.text.safetensors"]
    assert files["indexes"] == ["results/smoke/index/pictures/documents.parquet"]
    assert room.paths.own_text_weights(SimpleNamespace(own="clip")) == []


def test_pages_are_those_of_data_sets_that_are_there(room, capsys):
    pages = [Path(page).stem for page in room.paths.own_pages(None)]
    assert "clip" not in pages and {"vit", "tied", "other"} <= set(pages)
    assert "'clip' is not attempted: the data set 'gone' is not there" in capsys.readouterr().err


def test_a_list_of_words_that_is_not_there_is_named_with_its_key(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="no such list of words") as refused:
        room.paths.own_words(SimpleNamespace(own="vit"))
    assert "components.own.vit.words" in str(refused.value)
    (tmp_path / "w.txt").write_text("red")
    assert room.paths.own_words(SimpleNamespace(own="vit")) == "w.txt"


def test_specs_are_built_of_the_entry(room):
    spec = room.specs.own_components(SimpleNamespace(own="tied"))
    assert spec["encoder"]["name"] == "mini-clip" and spec["method"] == "tied" and spec["small"]
    page = room.specs.own_page(SimpleNamespace(own="other"))
    assert page["text_title"] == ZOO.models["clip_b16_laion"].title and len(page["files"]) == 4


def test_an_unknown_entry_is_named(room):
    with pytest.raises(UserError, match=r"unknown entry of 'components\.own' 'vitt'"):
        Use(room.settings, "vitt")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "nowhere"}, ["unknown data set 'nowhere'", "components.own.x.data"]),
        ({"model": "mini-vitt"}, ["unknown model 'mini-vitt'", "components.own.x.model"]),
        ({"model": "mini-scratch"}, ["'mini-scratch' has no key `encoder`"]),
        ({"text_model": "mini-vit"}, ["'mini-vit' has no text tower", "components.own.x.text_model"]),
        ({"method": "tide"}, ["components.own.x.method"]),
        ({"word": "w.txt"}, ["unknown key 'components.own.x.word'", "did you mean 'words'?"]),
    ],
)
def test_a_mistake_is_named_with_its_key(changes, words):
    own = {"x": ENTRIES["vit"] | changes}
    with pytest.raises(UserError) as refused:
        load_config(ROOT / "config", {"tier": "smoke", "components": {"own": own}}, ZOO)
    assert all(word in str(refused.value) for word in words)
