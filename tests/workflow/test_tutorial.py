"""The walk-through of the story: its published copy, and one made from the smoke tier's tables."""

import json
import re
from pathlib import Path

import pytest
from checkout import rules_run

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs/tutorial/relations.ipynb"
MADE = "results/smoke/tutorials/relations.ipynb"


def code_cells(path: Path) -> list[dict]:
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def pictures(path: Path) -> list[str]:
    outputs = [output for cell in code_cells(path) for output in cell["outputs"]]
    return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def texts(path: Path) -> str:
    """All of a notebook but its pictures."""
    return re.sub(r'"image/png": "[^"]*"', "", path.read_text())


@pytest.fixture(scope="module")
def made(smoke) -> Path:
    """The tutorial of the smoke tier; only its own job runs."""
    assert rules_run(smoke.snakemake("tutorial")) == {"tutorial_notebook"}
    assert smoke.pending("relations_tutorial") == set()
    return smoke.path / MADE


def test_every_cell_ran(made):
    cells = code_cells(made)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    shown = [cell for cell in cells if cell["id"] != "parameters"]
    assert all(cell["outputs"] for cell in shown)
    assert not [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert len(pictures(made)) >= 9


def test_it_shows_the_models_of_its_tier(made):
    text = texts(made)
    assert "tier 'smoke'" in text and "mini-scratch" in text
    assert "numbers mean nothing" in text


def test_its_copy_is_the_published_notebook_with_other_results(made):
    """Whoever publishes a new copy overwrites the template with it."""
    assert code_cells(made)[0]["source"] == 'record = "results/smoke/tutorials/relations.json"'
    for ours, theirs in zip(code_cells(made)[1:], code_cells(PUBLISHED)[1:], strict=True):
        assert "".join(ours["source"]) == "".join(theirs["source"])


def test_it_says_what_it_was_made_from(made):
    record = json.loads(made.with_suffix(".json").read_text())
    assert record["commit"] and len(record["inputs"]) > 15


@pytest.mark.parametrize("name", ["published", "made"])
def test_it_can_be_published(name, request):
    path = PUBLISHED if name == "published" else request.getfixturevalue("made")
    assert path.stat().st_size <= 1_000_000
    assert not re.findall(r"papermill|/home/|/tmp/|/work/|/root/", texts(path))


def test_the_published_copy_shows_the_demo():
    assert len(pictures(PUBLISHED)) >= 9
    assert "tier 'demo'" in texts(PUBLISHED)


def test_a_cell_that_fails_is_one_clear_error(smoke, made, tmp_path):
    command = ["python", str(smoke.path / "workflow/scripts/tutorial_notebook.py"), "--input", "tables", str(made)]
    spec = json.loads(made.with_suffix(".json").read_text())["spec"]
    spec["tables"]["figure_01"] = spec["tables"]["table_02"]
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    outputs = []
    for part, name in (("notebook", "tutorial.ipynb"), ("record", "tutorial.json")):
        outputs += ["--output", part, str(tmp_path / "out" / name)]
    done = smoke.run(*command, *outputs, "--spec", f"@{tmp_path / 'spec.json'}", check=False)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "the notebook that tells the story failed" in done.stdout
    assert (tmp_path / "out/tutorial.failed.ipynb").exists() and not (tmp_path / "out/tutorial.ipynb").exists()
