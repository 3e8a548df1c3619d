"""Publishing a finished run: its numbers, pictures and tutorial are copied to where documents take them from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from vitatlas.artifacts.ledger import load_ledger
from vitatlas.errors import UserError
from vitatlas.facts.collect import collect, finished
from vitatlas.facts.facts import FOLDER, save
from vitatlas.paper.descriptor import Paper


def publish(root: Path, tier: str, paper: Paper) -> list[Path]:
    """Copy what documents show of a tier's results; the files written.

    Args:
        root: The project's folder.
        tier: Of the run.

    Raises:
        UserError: The run is not finished, its parts do not belong together, or its tutorial tells another story than
            the template.
    """
    if not finished(root, tier, paper.name):
        problem = f"no finished run of the tier '{tier}' is here"
        raise UserError(problem, where=root / f"results/{tier}", remedy=f"make demo TIER={tier}")
    copies = {target: source for target, source in _copies(root, tier, paper).items() if source.is_file()}
    for target, source in copies.items():
        if target.suffix == ".ipynb":
            _check_same_story(target, source, f"snakemake --cores all {paper.name}_tutorial --config tier={tier}")
    written = save(collect(root, tier, paper), root / FOLDER / tier, paper.name) if paper.facts else []
    for target, source in copies.items():
        shutil.copyfile(source, target)
    return [*written, *copies]


def _copies(root: Path, tier: str, paper: Paper) -> dict[Path, Path]:
    """Where files of the results belong: pictures that are there already, effects of departures, the tutorial."""
    results, name = root / f"results/{tier}", paper.name
    figures = results / f"figures/{name}"
    found = {path: figures / path.name for path in sorted((root / f"docs/images/{name}").glob("*.png"))}
    ledger = root / f"config/departures/{name}.yaml"
    if ledger.exists():
        effects = f"{load_ledger(ledger).measured.artifact}.csv"
        found[root / FOLDER / f"departures/{name}.csv"] = figures / effects
    if paper.tutorial:
        found[root / f"docs/tutorial/{name}.ipynb"] = results / f"tutorials/{name}.ipynb"
    return found


def _check_same_story(template: Path, executed: Path, remedy: str) -> None:
    """Stop where publishing would undo an edit of the tutorial.

    Raises:
        UserError: The two differ in more than their outputs.
    """
    if _sources(template) != _sources(executed):
        raise UserError("the tutorial was edited since it was executed", where=template, remedy=remedy)


def _sources(notebook: Path) -> list[str]:
    """The texts of all cells but that of the parameters."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if "parameters" not in cell["metadata"].get("tags", [])]
