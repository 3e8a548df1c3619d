"""The form of source files: what they say first, how long they are, and that imports do not run in circles."""

import ast
import re
from graphlib import CycleError, TopologicalSorter

import pytest
from sources import COMMANDS, MODULES, ROOT, RULE_FILES, SCRIPTS, imported, name_of

PROGRAMS = [*SCRIPTS, *COMMANDS, ROOT / "workflow/bundle/redraw.py", *sorted((ROOT / "containers").glob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LINES = 300
COMMON_LINES = 60
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings(path) -> list[str]:
    """The texts that stand where code is explained: docstrings, and strings below constants."""
    if path.suffix != ".py":
        return re.findall(r'^ *"""(.*)', path.read_text(), re.MULTILINE)
    expressions = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Expr)]
    return [text.value for text in expressions if isinstance(text, ast.Constant) and isinstance(text.value, str)]


def test_docstrings_begin_with_the_thing_itself():
    found = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path in (*MODULES, *PROGRAMS, *RULE_FILES)
        for text in docstrings(path)
        if text.lstrip().startswith("What ")
    ]
    assert found == []


@pytest.mark.parametrize("kind", ["modules", "programs", "rules", "tests"])
def test_files_stay_short(kind):
    files = {"modules": MODULES, "programs": PROGRAMS, "rules": RULE_FILES, "tests": TESTS}[kind]
    assert [str(path.relative_to(ROOT)) for path in files if path.read_text().count("\n") > LINES] == []


def test_what_all_rule_files_share_stays_small():
    assert (ROOT / "rules/common.smk").read_text().count("\n") <= COMMON_LINES


def test_no_import_runs_in_a_circle():
    names = {name_of(path): path for path in MODULES}
    graph = {name: imported(path) & names.keys() - {name} for name, path in names.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
