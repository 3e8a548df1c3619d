"""Rooms: shared ones know no paper, papers do not know each other, and jobs know no more than they need."""

import ast
import re
from collections.abc import Iterable
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

from vitatlas.papers import papers

TORCH = {"torch", "torchvision", "timm", "open_clip"}
LISTS_PAPERS = PACKAGE / "papers.py"

EVERYBODYS = {"model", "run", "layer"}
"""Keys of panels that shared rooms have themselves."""

WORDS = re.compile(r"(?<![a-z])(tasks?|setting|discrimination|rmts)(?![a-z])", re.IGNORECASE)
"""Words of relations that no shared sentence needs; of other papers the keys alone are looked for. Settings are
everybody's."""

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
    files = shared([*MODULES, *SCRIPTS, *COMMANDS, *RULE_FILES])
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


def naming(keys: Iterable[str]) -> re.Pattern[str]:
    """Where code names one of these keys: quoted, as a wildcard or key of a panel, or as a field. Not in sentences,
    which may need the word."""
    key = f"(?:{'|'.join(map(re.escape, keys))})"
    quoted, asked, field = rf"([\"']){key}\1", rf"\b(?:wildcards|panel)\.{key}\b", rf"^ +{key}: \w"
    return re.compile(f"{quoted}|{asked}|{field}|/{{{key}}}|{{{key}}}/")


@pytest.mark.parametrize("paper", PAPERS)
def test_shared_rooms_name_no_key_of_a_paper(paper):
    """The keys of its panels. One that shared rooms have for something else must be called otherwise."""
    keys = sorted({*papers()[paper].panel.model_fields, *papers()[paper].shown} - EVERYBODYS)
    found = {
        f"{path.relative_to(ROOT)}:{number}": line.strip()
        for path in shared([*MODULES, *SCRIPTS, *COMMANDS, *RULE_FILES])
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if keys and naming(keys).search(line)
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        *('table["task"]', "keys = ('task', )", "at = wildcards.task", "if panel.task:"),
        *("    task: str", '"<results>/{model}/{task}.parquet"', '"{task}/{model}"'),
    ],
)
def test_a_key_is_found(line):
    assert naming(["setting", "task"]).search(line)


@pytest.mark.parametrize(
    "line", ["# the task of this", "task = 1", "text.task()", '"a task"', "f'{task}'", "tasks: list"]
)
def test_a_word_is_no_key(line):
    assert not naming(["setting", "task"]).search(line)


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
    *(path for path in SCRIPTS if re.fullmatch(r"null_calibration|page|coverage_page|compute_table", path.stem)),
    *(path for path in SCRIPTS if path.stem == "tutorial_notebook"),
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
