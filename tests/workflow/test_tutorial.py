"""The walk-through of each paper's story: its published copy, and one made from the smoke tier's tables."""

import json
import re
from pathlib import Path

import pytest
from checkout import rules_run

ROOT = Path(__file__).resolve().parents[2]
PICTURES = {"relations": 9, "components": 5, "features": 15}
"""How many pictures the tutorial of a paper shows."""
MODEL = {"relations": "mini-scratch", "components": "mini-clip", "features": "mini-vit"}
"""A model that the tutorial of the smoke tier speaks of."""

WRONG = {
    "relations": ("figure_01", "table_02"),
    "components": ("figure_03", "table_01"),
    "features": ("figure_01", "table_01"),
}
"""An artifact that a cell draws, and another's values for it."""


def code_cells(path: Path) -> list[dict]:
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def pictures(path: Path) -> list[str]:
    outputs = [output for cell in code_cells(path) for output in cell["outputs"]]
    return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def texts(path: Path) -> str:
    """All of a notebook but its pictures."""
    return re.sub(r'"image/png": "[^"]*"', "", path.read_text())


def published(paper: str) -> Path:
    return ROOT / f"docs/tutorial/{paper}.ipynb"


@pytest.fixture(scope="module", params=sorted(PICTURES))
def paper(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def made(smoke, paper) -> Path:
    """The tutorial of the smoke tier; only its own job runs."""
    assert rules_run(smoke.snakemake(f"{paper}_tutorial")) == {"tutorial_notebook"}
    assert smoke.pending(f"{paper}_tutorial") == set()
    return smoke.path / f"results/smoke/tutorials/{paper}.ipynb"


def test_every_cell_ran(paper, made):
    cells = code_cells(made)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    shown = [cell for cell in cells if cell["id"] != "parameters"]
    assert all(cell["outputs"] for cell in shown)
    assert not [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert len(pictures(made)) >= PICTURES[paper]


def test_it_shows_the_models_of_its_tier(paper, made):
    text = texts(made)
    assert "tier 'smoke'" in text and MODEL[paper] in text
    assert "numbers mean nothing" in text


def test_its_copy_is_the_published_notebook_with_other_results(paper, made):
    """Whoever publishes a new copy overwrites the template with it."""
    assert code_cells(made)[0]["source"] == f'record = "results/smoke/tutorials/{paper}.json"'
    for ours, theirs in zip(code_cells(made)[1:], code_cells(published(paper))[1:], strict=True):
        assert "".join(ours["source"]) == "".join(theirs["source"])


def test_it_says_what_it_was_made_from(made):
    record = json.loads(made.with_suffix(".json").read_text())
    assert record["commit"] and len(record["inputs"]) > 15


def test_it_can_be_published(paper, made):
    for path in (published(paper), made):
        assert path.stat().st_size <= 1_000_000
        assert not re.findall(r"papermill|/home/|/tmp/|/work/|/root/", texts(path))


def test_the_published_copy_shows_the_demo(paper):
    assert len(pictures(published(paper))) >= PICTURES[paper]
    assert "tier 'demo'" in texts(published(paper))


def test_a_cell_that_fails_is_one_clear_error(smoke, paper, made, tmp_path):
    command = ["python", str(smoke.path / "workflow/scripts/tutorial_notebook.py"), "--input", "tables", str(made)]
    spec = json.loads(made.with_suffix(".json").read_text())["spec"]
    shown, other = WRONG[paper]
    spec["tables"][shown] = spec["tables"][other]
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    outputs = []
    for part, name in (("notebook", "tutorial.ipynb"), ("record", "tutorial.json")):
        outputs += ["--output", part, str(tmp_path / "out" / name)]
    done = smoke.run(*command, *outputs, "--spec", f"@{tmp_path / 'spec.json'}", check=False)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "the notebook that tells the story failed" in done.stdout
    assert (tmp_path / "out/tutorial.failed.ipynb").exists() and not (tmp_path / "out/tutorial.ipynb").exists()
