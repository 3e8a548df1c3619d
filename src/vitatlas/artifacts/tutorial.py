"""The job that tells a paper's story with the tier's own numbers: it executes the notebook under docs/tutorial."""

from __future__ import annotations

import json
from pathlib import Path

from vitatlas.artifacts.notebook import ROOT, executed
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.jobs.files import sha256, write_json
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import BESIDE, record_of

FOLDER = ROOT / "docs/tutorial"
KEPT = ("kernelspec", "tags")


def make_tutorial(job: Job[TutorialSpec]) -> None:
    """Execute the tutorial of a paper, `docs/tutorial/<paper>.ipynb`.

    The record says what the notebook was made from, and the notebook's cells read from it which tables there are: with
    it, they can be run again by hand. A notebook that fails is kept as `<notebook>.failed.ipynb`.

    Raises:
        UserError: A cell failed.
    """
    notebook, record = job.output.notebook, record_of(job, f"{job.spec.paper}/tutorial")
    write_json(job.output.record, record)
    parameters = {"record": str(job.output.record)}
    with executed(FOLDER / f"{job.spec.paper}.ipynb", notebook, parameters, "tells the story") as part:
        _publishable(part)
    # The notebook is published as it is, so its digest stands in the record beside it
    write_json(job.output.record, record | {BESIDE: {notebook.name: sha256(notebook)}})


def _publishable(path: Path) -> None:
    """Rewrite an executed notebook so that it can be published, and be executed again: parameters stand where they are
    set, and what papermill notes of times, folders and versions is gone."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    by_tag = {tag: cell for cell in notebook["cells"] for tag in cell["metadata"].get("tags", [])}
    injected = by_tag["injected-parameters"]
    by_tag["parameters"]["source"] = "".join(injected["source"]).removeprefix("# Parameters\n").strip()
    notebook["cells"].remove(injected)
    for part in (notebook, *notebook["cells"]):
        part["metadata"] = {key: part["metadata"][key] for key in KEPT if part["metadata"].get(key)}
    ran = [cell for cell in notebook["cells"] if cell.get("execution_count")]
    for number, cell in enumerate(ran, start=1):  # without the injected cell
        for counted in (cell, *(output for output in cell["outputs"] if "execution_count" in output)):
            counted["execution_count"] = number
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
