"""Rooms: shared ones know no paper, papers do not know each other, and jobs know no more than they need."""

import ast
import re
from pathlib import Path

import pytest
from sources import (
    COMMANDS,
    MODULES,
    NOTEBOOKS,
    PACKAGE,
    PAPERS,
    ROOT,
    RULE_FILES,
    SCRIPTS,
    imported,
    name_of,
    packages,
    paper_of,
    reached,
    shared,
)

TORCH = {"torch", "torchvision", "timm", "open_clip"}
LISTS_PAPERS = PACKAGE / "papers.py"
TOGETHER = PACKAGE / "together"
"""The one room that may know several papers."""

WORDS = re.compile(r"(?<![a-z])(tasks?|setting|discrimination|rmts)(?![a-z])", re.IGNORECASE)
"""Keys of a paper, and their values. Settings are everybody's."""

SCHEDULES = PACKAGE / "commands/plan/simulate.py", PACKAGE / "commands/plan/plan.py"
"""Where tasks are something else: units of work that wait for each other."""


def below(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def imports_of(path: Path, paper: str) -> set[str]:
    return {name for name in imported(path) if name.startswith(f"vitatlas.{paper}.") or name == f"vitatlas.{paper}"}


def test_there_are_papers_and_shared_rooms():
    assert "relations" in PAPERS
    assert len(shared(MODULES)) > 100 and len(shared(SCRIPTS)) >= 5 and len(shared(RULE_FILES)) >= 8


@pytest.mark.parametrize("paper", PAPERS)
def test_what_is_shared_imports_no_paper(paper):
    files = [path for path in shared([*MODULES, *SCRIPTS, *COMMANDS, *RULE_FILES]) if TOGETHER not in path.parents]
    assert below([path for path in files if imports_of(path, paper)]) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_what_is_shared_names_no_module_of_a_paper(paper):
    """Imports by name, at run time, would be missed above; only the list of papers has any."""
    files = [path for path in shared([*MODULES, *SCRIPTS, *COMMANDS]) if path != LISTS_PAPERS]
    texts = {
        path: [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        for path in files
    }
    named = [path for path, found in texts.items() if any(f"vitatlas.{paper}" in str(text) for text in found)]
    assert below(named) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_imports_no_other(paper):
    others = [name for name in PAPERS if name != paper]
    files = [path for path in (*MODULES, *SCRIPTS, *NOTEBOOKS, *RULE_FILES) if paper_of(path) == paper]
    assert len(files) > 5
    assert below([path for path in files for other in others if imports_of(path, other)]) == []


def test_shared_rooms_name_no_task_and_no_setting():
    """Anywhere: in code, words or comments."""
    found = {
        f"{path.relative_to(ROOT)}:{number}": line.strip()
        for path in shared([*MODULES, *SCRIPTS, *COMMANDS, *RULE_FILES])
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for word in WORDS.findall(line)
        if path not in SCHEDULES or not word.lower().startswith("task")
    }
    assert found == {}


@pytest.mark.parametrize("path", [*SCRIPTS, *NOTEBOOKS], ids=lambda path: str(path.relative_to(ROOT / "workflow")))
def test_a_job_knows_its_own_paper_alone_and_no_descriptor(path):
    """Its fingerprint would hold every paper, and miss what is imported by name."""
    own = paper_of(path)
    for module in reached(path):
        assert module != LISTS_PAPERS and module.parts[-1] != "paper.py", module
        assert paper_of(module) in (None, own), module


def heavy(*programs: Path) -> dict[str, set[str]]:
    """The files below a program that import torch."""
    return {name: found for path in reached(*programs) if (found := packages(path) & TORCH) for name in [str(path)]}


LIGHT = [
    *(path for path in SCRIPTS if re.fullmatch(r"figure|table_\w+|verdicts|invariants|published", path.stem)),
    *(path for path in SCRIPTS if re.fullmatch(r"page|coverage_page|compute_table|tutorial_notebook", path.stem)),
    *NOTEBOOKS,
    *sorted((ROOT / "docs/tutorial").glob("*.ipynb")),
]


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_draws_and_judges_imports_no_torch(path):
    assert heavy(path) == {}


def test_the_workflow_starts_without_torch():
    started = {name for path in RULE_FILES for name in imported(path)} | {f"vitatlas.{name}.paper" for name in PAPERS}
    modules = [path for path in MODULES if name_of(path) in started]
    assert len(modules) > 8
    assert heavy(*modules) == {}


@pytest.mark.parametrize("paper", PAPERS)
def test_a_descriptor_imports_no_pandas_either(paper):
    modules = reached(PACKAGE / paper / "paper.py")
    assert below([path for path in modules if "pandas" in packages(path)]) == []
