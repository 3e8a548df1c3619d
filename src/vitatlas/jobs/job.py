"""A job as its rule hands it to its script: named inputs, named outputs, the spec, and where its output is logged.

Every script of a rule is started the same way:

    python workflow/scripts/PAPER/RULE.py --input NAME PATH... --output NAME PATH... --spec JSON --log PATH

and reads nothing else, so that the command that Snakemake prints can be pasted into a shell. It does not write the log:
the shell does. The path only tells what the job is called.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from vitatlas.config.strict import Strict
from vitatlas.errors import UserError, explaining
from vitatlas.failures.report import one_error
from vitatlas.jobs.failure import blamed, doing_of, traceback_of
from vitatlas.jobs.files import sha256
from vitatlas.jobs.fingerprint import require_unedited
from vitatlas.jobs.spec import FINGERPRINT_KEYS

S = TypeVar("S", bound=Strict)

_LOG = re.compile(r"(?:^|/)results/[^/]+/logs/(.+)\.log$")


class Files:
    """Named paths: `files.scenes` is the one file of that name, `files.all("tables")` the list."""

    def __init__(self, named: dict[str, list[Path]], role: str):
        self._named, self._role = named, role

    def all(self, name: str) -> list[Path]:
        """All files handed over under `name`; an empty list if there are none."""
        return self._named.get(name, [])

    def names(self) -> list[str]:
        """The names handed over, in order."""
        return list(self._named)

    def ending(self, name: str, end: str) -> Path:
        """The one file handed over under `name` whose path ends in `end`, a file's name or folders and a name.

        Raises:
            UserError: None does, or several do.
        """
        wanted = PurePath(end).parts
        return self._only(name, [path for path in self.all(name) if path.parts[-len(wanted) :] == wanted], f"…/{end}")

    def __getattr__(self, name: str) -> Path:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._only(name, self.all(name), "PATH")

    def _only(self, name: str, found: list[Path], shape: str) -> Path:
        if len(found) != 1:
            what = "file" if shape == "PATH" else f"file {shape}"
            raise UserError(
                f"expected one {what} as {self._role} '{name}', got {len(found)}",
                where=" ".join(sys.argv[:1]),
                remedy=f"pass --{self._role} {name} {shape} (given: {', '.join(self._named) or 'none'})",
            )
        return found[0]


@dataclass(frozen=True)
class Job(Generic[S]):
    """One unit of work.

    Attributes:
        input, output: Named files.
        spec: The typed slice of the configuration this job depends on.
        raw_spec: The same as received, with the fingerprint of code and environment (for provenance and checkpoints).
        name: What it is called: `<rule>/<wildcards…>`, the path of its log below the tier's logs, without suffix. None
            for a job that logs elsewhere.
    """

    input: Files
    output: Files
    spec: S
    raw_spec: dict[str, Any]
    name: str | None = None

    @cached_property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each input, by its path as handed over; computed once, since several outputs name them."""
        return {path: digest for path, (digest, _) in self._read.items()}

    @cached_property
    def _read(self) -> dict[str, tuple[str, tuple[int, int]]]:
        """Digest, and size and age, of each input when first asked for."""
        paths = [path for name in self.input.names() for path in self.input.all(name)]
        return {str(path): (sha256(path), _age(path)) for path in paths}

    def require_same_inputs(self) -> None:
        """Check that inputs are what they were when their digests were taken.

        Raises:
            UserError: One is not: what was made is of neither.
        """
        for path, (digest, age) in self._read.items():
            if not Path(path).exists() or (_age(Path(path)) != age and sha256(path) != digest):
                raise UserError("this input was changed while the job ran", where=path, remedy="run it again")


def parse(spec_type: type[S], argv: Sequence[str] | None = None) -> Job[S]:
    """Read a job from the command line.

    Raises:
        UserError: The spec is no JSON, or does not fit `spec_type`, or an input file is missing or not to be read.
    """
    parser = argparse.ArgumentParser(description=(sys.modules["__main__"].__doc__ or "").strip())
    for role in ("input", "output"):
        parser.add_argument(f"--{role}", nargs="+", action="append", default=[], metavar=("NAME", "PATH"))
    parser.add_argument("--spec", default="{}", help="JSON, or @FILE with JSON in it")
    parser.add_argument("--log", default="", help="where the shell writes what the job prints; tells the job's name")
    arguments = parser.parse_args(argv)
    raw = _read_json(arguments.spec)
    given = {key: value for key, value in raw.items() if key not in FINGERPRINT_KEYS}
    try:
        spec = spec_type.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "(whole)"
        raise UserError(
            f"the spec does not fit {spec_type.__name__}: key '{key}': {first['msg']}", where="--spec"
        ) from error
    files = _named(arguments.input, "input"), _named(arguments.output, "output")
    job = Job(*files, spec, raw, _name_of(arguments.log))
    for name in job.input.names():
        for path in job.input.all(name):
            _check_input(name, path)
    return job


def _check_input(name: str, path: Path) -> None:
    with explaining():
        if not path.exists():
            raise UserError(f"input '{name}' does not exist", where=path, remedy=f"make it first: snakemake {path}")
        if not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, "input", str(path))


def one_per(job: Job[Any], name: str, wanted: Sequence[Any], what: str) -> list[Path]:
    """The files handed over as input `name`, one for each of `wanted`, in their order.

    Args:
        job: The job.
        name: The input's name.
        wanted: What the files are of.
        what: What one of these is called: "run".

    Raises:
        UserError: There are more or fewer.
    """
    files = job.input.all(name)
    if len(files) != len(wanted):
        raise UserError(
            f"{len(files)} {name} for {len(wanted)} {what}s",
            where=f"--input {name}",
            remedy=f"pass one per {what}, in the order of the {what}s",
        )
    return files


def run(main: Callable[[Job[S]], None], spec_type: type[S]) -> None:
    """Parse the command line and run `main`; what is raised becomes one message and status 1, never a traceback."""
    inputs: list[Path] = []
    with one_error(doing_of(sys.argv), traceback_of(sys.argv), lambda: blamed(inputs)):
        job = parse(spec_type)
        inputs += [path for name in job.input.names() for path in job.input.all(name)]
        require_unedited(job.raw_spec.get("code", {}), sys.argv[0])
        _ = job.digests  # of what the job reads, not of what may lie there when it ends
        main(job)


def _age(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _read_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, json.JSONDecodeError) as error:
        raise UserError(f"the spec cannot be read as JSON: {error}", where="--spec") from error
    if not isinstance(value, dict):
        raise UserError("the spec must be a JSON object", where="--spec")
    return value


def _name_of(log: str) -> str | None:
    found = _LOG.search(log)
    return found[1] if found else None


def _named(groups: list[list[str]], role: str) -> Files:
    return Files({name: [Path(path) for path in paths] for name, *paths in groups}, role)
