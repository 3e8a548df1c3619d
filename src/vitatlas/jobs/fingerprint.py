"""The part of what a result depends on that is neither input nor configuration: code of its script, versions installed.

1. Start at the script; follow every import that stays inside this project (`vitatlas`, and modules beside the script).
2. Of each module reached, hash the source written anew from its syntax tree, without docstrings. Comments and
   formatting are not in the tree, so they do not count; any other change does.
   Modules that only show, wait or share out devices are left out (`WITHOUT_EFFECT`).
3. Of the environment, hash the versions in the locks of the image that the script runs in: those that its CPU and CUDA
   locks share, so that a change of accelerator, or from a virtual environment to a container, does not count.

Imports no heavy module: the Snakefile calls this for every rule.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vitatlas.config.unique import LOADER
from vitatlas.errors import UserError
from vitatlas.jobs.known_files import known_files
from vitatlas.jobs.spec import FINGERPRINT_KEYS

PACKAGE = "vitatlas"
DIGITS = 10
NEWEST = "VITATLAS_NEWEST_EDIT"
"""The variable that says of which time the newest program was when the run began, as `newest` gives it."""

WITHOUT_EFFECT = re.compile(rf"{PACKAGE}\.(errors|failures|jobs\.failure|jobs\.progress|jobs\.stopping|gpu)(\..*)?")
"""Modules that say on which GPU a job runs and what it prints, but cannot change what it makes."""


def code_fingerprint(programs: Sequence[str | Path], source: str | Path) -> dict[str, str]:
    """Digest of each project module that `programs` reach, by module name; the programs under their file names.

    Args:
        programs: Python files, or notebooks (their code cells count).
        source: The folder that holds the package (`src`).

    Raises:
        FileNotFoundError: A program does not exist.
        SyntaxError: A module cannot be parsed.
    """
    reached = _reached(programs, Path(source).resolve(), without=WITHOUT_EFFECT)
    return {name: digest for name, (digest, _) in sorted(reached.items())}


def program_files(programs: Sequence[str | Path], source: str | Path) -> list[Path]:
    """`programs` and every project file that they need to run; arguments and errors as of `code_fingerprint`."""
    return sorted(path for _, path in _reached(programs, Path(source).resolve()).values())


def newest(root: Path) -> int:
    """The time of the last edit of a program of the project, in nanoseconds since 1970."""
    folders = (root / "src", root / "workflow")
    files = (path for folder in folders for suffix in ("py", "ipynb") for path in folder.rglob(f"*.{suffix}"))
    return max((path.stat().st_mtime_ns for path in files), default=0)


def require_unedited(code: Mapping[str, str], program: str | Path) -> None:
    """Check that programs are those of which the fingerprint is: a run that has begun reads them once more in each job.

    Args:
        code: As of `code_fingerprint`.
        program: That of the job.

    Raises:
        UserError: One was edited since the run began.
    """
    since, root = int(os.environ.get(NEWEST) or 0), Path(program).resolve()
    source = next((parent / "src" for parent in root.parents if (parent / "src" / PACKAGE).is_dir()), None)
    if not since or source is None:
        return
    for name, digest in code.items():
        named = [_locate(name, source, root.parent)] if name.startswith(PACKAGE) else []
        files = named or [*source.parent.joinpath("workflow").rglob(name)]
        edited = [path for path in files if path is not None and path.stat().st_mtime_ns > since]
        if edited and digest not in {_module(path, name, source)[0] for path in files if path is not None}:
            raise UserError(
                "this program was edited after the run began: what it makes would be recorded as made by another",
                where=edited[0],
                remedy="start the run again; what is finished stays",
            )


@cache
def environment_fingerprint(folder: Path, image: str) -> str:
    """Digest of the `name==version` lines that all locks of an image share.

    Args:
        folder: Where the locks are.
        image: The image's name; its locks are `<image>.lock.txt`, or `<image>-<accelerator>.lock.txt` each.

    Raises:
        FileNotFoundError: The image has no lock.
    """
    locks = [*folder.glob(f"{image}.lock.txt"), *folder.glob(f"{image}-*.lock.txt")]
    if not locks:
        raise FileNotFoundError(f"no lock of the image '{image}' in {folder}")
    shared = set.intersection(*(_pins(lock) for lock in locks))
    return _digest("\n".join(sorted(shared)))


def yaml_fingerprint(path: Path) -> str:
    """Digest of what a YAML file says; comments, layout and the order of keys do not count."""
    return _yaml_digest(path, path.stat().st_mtime_ns, path.stat().st_size)


@cache
def _yaml_digest(path: Path, _edited: int, _size: int) -> str:
    content = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    return _digest(json.dumps(content, sort_keys=True))


def without_fingerprint(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in a spec."""
    return {key: value for key, value in spec.items() if key not in FINGERPRINT_KEYS}


def _reached(
    programs: Sequence[str | Path], source: Path, without: re.Pattern[str] | None = None
) -> dict[str, tuple[str, Path]]:
    """Digest and file of each module reached, by name; those that match `without` and what only they reach left out."""
    reached: dict[str, tuple[str, Path]] = {}
    waiting = [(Path(program).name, Path(program).resolve()) for program in programs]
    while waiting:
        name, path = waiting.pop()
        if name in reached or (without and without.fullmatch(name)):
            continue
        digest, imported = _module(path, name, source)
        reached[name] = digest, path
        waiting.extend(imported)
    return reached


def _pins(lock: Path) -> set[str]:
    lines = (line.strip() for line in lock.read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


@cache
def _module(path: Path, name: str, source: Path) -> tuple[str, tuple[tuple[str, Path], ...]]:
    known = known_files(source.parent, Path(__file__))
    digest, imported = known.of(f"{name} {path}", path, lambda: _code(path, name))
    files = [(target, _locate(target, source, path.parent)) for target in imported]
    return digest, tuple((target, file) for target, file in files if file is not None)


def _code(path: Path, name: str) -> tuple[str, list[str]]:
    """The digest of a file's code, and every module that it may import."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(_notebook_code(text) if path.suffix == ".ipynb" else text, filename=str(path))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = {target for node in ast.walk(tree) for target in _imports(node, package)}
    _strip_docstrings(tree)
    return _digest(ast.unparse(tree)), sorted(found)


def _imports(node: ast.AST, package: str) -> list[str]:
    """Every module that an import statement may load: the packages on the way and, for `from a import b`, a.b too."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*parents, *([base] if base else [])])
        names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
    else:
        return []
    return [".".join(name.split(".")[: depth + 1]) for name in names for depth in range(len(name.split(".")))]


def _locate(name: str, source: Path, beside: Path) -> Path | None:
    """The project file of module `name`, or None if it is not the project's."""
    parts = Path(*name.split("."))
    root = source if parts.parts[0] == PACKAGE else beside
    candidates = (root / f"{parts}.py", root / parts / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _strip_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]


def _notebook_code(text: str) -> str:
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    # IPython's own commands are no Python
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
