"""Publishing a finished run: what documents show comes from it, or nothing does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import vitatlas.commands.publish
from vitatlas.commands.publish import publish
from vitatlas.errors import UserError
from vitatlas.papers import papers

ROOT = Path(__file__).resolve().parents[3]
TUTORIAL = Path("docs/tutorial/relations.ipynb")
PAPER = papers()["relations"]


def notebook(text: str, output: str) -> str:
    """A notebook with a cell of parameters, which publishing may change, and another one."""
    parameters = {"metadata": {"tags": ["parameters"]}, "source": [f"record = '{output}'"]}
    return json.dumps({"cells": [parameters, {"metadata": {}, "source": [text], "outputs": [output]}]})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a finished run, whose numbers nobody asks for."""
    for path, text in {
        "docs/images/relations/figure_02.png": "old",
        "results/demo/figures/relations/figure_02.png": "new",
        "results/demo/figures/relations/figure_03.png": "shown nowhere",
        "results/demo/figures/relations/extra_departures.csv": "effects",
        "docs/evidence/departures/relations.csv": "old effects",
        str(TUTORIAL): notebook("story", "old"),
        "results/demo/tutorials/relations.ipynb": notebook("story", "new"),
        "results/demo/verdicts/relations.csv": "",
        "results/demo/compute.csv": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "config/departures").mkdir(parents=True)
    shutil.copy(ROOT / "config/departures/relations.yaml", tmp_path / "config/departures")
    monkeypatch.setattr(vitatlas.commands.publish, "collect", lambda *given: given)
    monkeypatch.setattr(vitatlas.commands.publish, "save", lambda facts, folder, paper: [folder / f"{paper}.csv"])
    return tmp_path


def test_numbers_pictures_effects_and_tutorial_are_taken(root: Path):
    written = publish(root, "demo", PAPER)
    assert root / "docs/evidence/demo/relations.csv" in written
    assert (root / "docs/images/relations/figure_02.png").read_text() == "new"
    assert not (root / "docs/images/relations/figure_03.png").exists()
    assert (root / "docs/evidence/departures/relations.csv").read_text() == "effects"
    assert json.loads((root / TUTORIAL).read_text())["cells"][1]["outputs"] == ["new"]


def test_a_tutorial_that_was_edited_since_is_not_overwritten_nor_is_anything_else(root: Path):
    (root / TUTORIAL).write_text(notebook("a better story", "old"))
    with pytest.raises(UserError, match="edited since") as error:
        publish(root, "demo", PAPER)
    assert "relations_tutorial --config tier=demo" in str(error.value)
    assert (root / "docs/images/relations/figure_02.png").read_text() == "old"


def test_without_a_finished_run_nothing_is_published(root: Path):
    (root / "results/demo/verdicts/relations.csv").unlink()
    with pytest.raises(UserError, match="no finished run of the tier 'demo'") as error:
        publish(root, "demo", PAPER)
    assert "make demo" in str(error.value)
