"""The sources as quality tests look at them: modules, papers, and the files that a program reaches by its imports."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vitatlas.jobs.fingerprint import program_files

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "vitatlas"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAPERS = sorted(path.parent.name for path in PACKAGE.glob("*/paper.py"))
RULE_FILES = [ROOT / "Snakefile", *sorted((ROOT / "rules").rglob("*.smk"))]
SCRIPTS = sorted((ROOT / "workflow/scripts").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "workflow/notebooks").rglob("*.ipynb"))
COMMANDS = sorted((ROOT / "workflow/commands").glob("*.py"))


def paper_of(path: Path) -> str | None:
    """The paper in whose folder a file lies; none of a shared one."""
    return next((part for part in path.relative_to(ROOT).parts[:-1] if part in PAPERS), None)


def shared(paths: Iterable[Path]) -> list[Path]:
    """The files that are no paper's."""
    return [path for path in paths if paper_of(path) is None]


def name_of(module: Path) -> str:
    """The name by which a module is imported."""
    parts = module.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def code_of(path: Path) -> str:
    """The code of a file; of a notebook, that of its cells; of a rule file, its imports."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    if path.suffix == ".py":
        return text
    return "\n".join(line for line in text.splitlines() if line.startswith(("import ", "from ")))


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, anywhere in it; of `from a import b` both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code_of(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def reached(*programs: Path) -> list[Path]:
    """The programs and every module of the project that they need."""
    return program_files(list(programs), SOURCE)


def packages(path: Path) -> set[str]:
    """The packages, of this project or not, that a file imports from."""
    return {name.partition(".")[0] for name in imported(path)}
