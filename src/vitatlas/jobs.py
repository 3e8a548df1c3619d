"""What a rule hands to its script: named inputs, named outputs and the spec.

Every script in `workflow/scripts/` is started the same way:

    python workflow/scripts/NAME.py --input NAME PATH... --output NAME PATH --spec JSON

and reads nothing else, so that the command Snakemake prints can be pasted into a shell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from vitatlas.errors import UserError

FINGERPRINT_KEYS = ("code", "environment", "files")

WITHOUT_EFFECT = (("compute", "checkpoint_every_s"), ("compute", "gpu_memory_mb"), ("source",))
"""Keys of specs that say how a job runs, but not what it makes: a change of them must rerun nothing."""


class Spec(BaseModel):
    """Base of the typed specs: unknown keys are errors, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Spec)


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

    def __getattr__(self, name: str) -> Path:
        if name.startswith("_"):
            raise AttributeError(name)
        paths = self._named.get(name, [])
        if len(paths) != 1:
            raise UserError(
                f"expected one file as {self._role} '{name}', got {len(paths)}",
                where=" ".join(sys.argv[:1]),
                remedy=f"pass --{self._role} {name} PATH (given: {', '.join(self._named) or 'none'})",
            )
        return paths[0]


@dataclass(frozen=True)
class Job(Generic[S]):
    """One unit of work.

    Attributes:
        input, output: Named files.
        spec: The typed slice of the configuration this job depends on.
        raw_spec: The same as received, with the fingerprint of code and environment (for provenance and checkpoints).
    """

    input: Files
    output: Files
    spec: S
    raw_spec: dict[str, Any]


def parse(spec_type: type[S], argv: Sequence[str] | None = None) -> Job[S]:
    """Read a job from the command line.

    Raises:
        UserError: The spec is no JSON, or does not fit `spec_type`, or an input file is missing.
    """
    parser = argparse.ArgumentParser(description=(sys.modules["__main__"].__doc__ or "").strip())
    for role in ("input", "output"):
        parser.add_argument(f"--{role}", nargs="+", action="append", default=[], metavar=("NAME", "PATH"))
    parser.add_argument("--spec", default="{}", help="JSON, or @FILE with JSON in it")
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
    job = Job(_named(arguments.input, "input"), _named(arguments.output, "output"), spec, raw)
    for name in job.input.names():
        for path in job.input.all(name):
            if not path.exists():
                raise UserError(f"input '{name}' does not exist", where=path, remedy=f"make it first: snakemake {path}")
    return job


def one_per_seed(job: Job[Any], name: str, seeds: Sequence[int]) -> list[Path]:
    """The files handed over as input `name`, one per seed.

    Raises:
        UserError: There are more or fewer.
    """
    files = job.input.all(name)
    if len(files) != len(seeds):
        raise UserError(
            f"{len(files)} {name} for {len(seeds)} seeds",
            where=f"--input {name}",
            remedy="pass one per fine-tuning run, in the order of the seeds",
        )
    return files


def effective(raw_spec: Mapping[str, Any], without: Sequence[Sequence[str]] = WITHOUT_EFFECT) -> dict[str, Any]:
    """The part of a spec, as received, that the result depends on: all but the keys (paths of names) in `without`."""
    kept = {}
    for key, value in raw_spec.items():
        below = [path[1:] for path in without if path[0] == key]
        if [] not in map(list, below):
            kept[key] = effective(value, below) if below and isinstance(value, Mapping) else value
    return kept


def run(main: Callable[[Job[S]], None], spec_type: type[S]) -> None:
    """Parse the command line, run `main`; a `UserError` becomes its message and exit status 1, without a traceback."""
    try:
        main(parse(spec_type))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _read_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, json.JSONDecodeError) as error:
        raise UserError(f"the spec cannot be read as JSON: {error}", where="--spec") from error
    if not isinstance(value, dict):
        raise UserError("the spec must be a JSON object", where="--spec")
    return value


def _named(groups: list[list[str]], role: str) -> Files:
    return Files({name: [Path(path) for path in paths] for name, *paths in groups}, role)
