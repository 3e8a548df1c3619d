"""The environment of every job, with and without a container."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from vitatlas.config.site import HOME, expanded, home
from vitatlas.errors import UserError, explained
from vitatlas.jobs.environment import DECLARED, KEEP
from vitatlas.jobs.fingerprint import NEWEST, newest
from vitatlas.jobs.provenance import COMMIT, UNKNOWN, variables
from vitatlas.project.checkout import NO_GIT, State

CACHES = {
    "HF_HOME": "huggingface",
    "TORCH_HOME": "torch",
    "TRITON_CACHE_DIR": "triton",
    "TORCHINDUCTOR_CACHE_DIR": "inductor",
    "DRJIT_CACHE_DIR": "drjit",
    "MPLCONFIGDIR": "matplotlib",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter/config",
    "JUPYTER_DATA_DIR": "jupyter/data",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
}
"""Variables that say where a library keeps its files, and the folder of each below the cache."""


def default_cache() -> Path:
    """Where caches lie unless the site says otherwise: `$XDG_CACHE_HOME/vit-atlas`, or `~/.cache/vit-atlas`.

    Raises:
        UserError: The system knows no home folder of this user.
    """
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else expanded("~/.cache")) / "vit-atlas"


ROOT = "VITATLAS_ROOT"
"""The variable that names the project whose state is handed on: another project's is of no use."""

BEFORE_A_JOB = re.compile(r"BASH_ENV|ENV|BASH_FUNC_.*|(APPTAINER|SINGULARITY)ENV_.*")
"""Names of variables that act between Snakemake and the program of a job: in the shell, and at a container's start."""


def hand_over(root: Path, state: State, settings: Mapping[str, Any], keep: Iterable[str] = ()) -> None:
    """Set what jobs are told of the run, for the records that they write.

    Args:
        root: The project's folder.
        state: Of its checkout.
        settings: The user's own, where they differ from the tier's file.
        keep: Names of the user's variables that jobs are to see.
    """
    told = {"commit": state.commit or None, "settings": dict(settings), "unknown": {"commit": state.unknown}}
    # A cluster's node may have no git: then it is what the job was handed, if that is of this project
    handed_on = state.unknown == NO_GIT and os.environ.get(ROOT) == str(root) and COMMIT in os.environ
    found = variables(told) | {ROOT: str(root), NEWEST: str(newest(root)), KEEP: " ".join(keep)}
    os.environ |= {name: value for name, value in found.items() if not (handed_on and name in (COMMIT, UNKNOWN))}


def prepare(cache: Path, bound: Iterable[Path] = ()) -> None:
    """Set what jobs inherit. A cache that the user has already put elsewhere stays there.

    What jobs do not inherit, they leave out themselves (`vitatlas.jobs.environment`), as they do where they are started
    by hand.

    Args:
        cache: Where libraries keep their caches, one folder each.
        bound: More folders that jobs read outside the working directory.

    Raises:
        UserError: The folder of the caches cannot be made.
    """
    for name in [name for name in os.environ if BEFORE_A_JOB.fullmatch(name)]:
        del os.environ[name]
    os.environ |= DECLARED
    with suppress(UserError):  # of a user without one: nothing that jobs read lies there
        os.environ[HOME] = home("~")
    _name_user()
    # `python` in a rule is the one that runs Snakemake, also where its environment is not activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    places = {variable: os.environ.setdefault(variable, str(cache / folder)) for variable, folder in CACHES.items()}
    for place in places.values():
        _make(Path(place))
    variable = "APPTAINER_BIND" if shutil.which("apptainer") else "SINGULARITY_BIND"
    os.environ[variable] = binds(os.environ.get(variable, ""), [cache, *map(Path, places.values()), *bound])


def binds(asked: str, folders: Iterable[Path]) -> str:
    """The places bound into containers, which see the working directory and /tmp without being told.

    Args:
        asked: What the user wants bound, separated by commas.
        folders: What the workflow needs besides; what does not exist, or lies in one before, is left out.
    """
    needed: list[Path] = []
    for folder in folders:
        for place in reached(folder):
            if not any(place.is_relative_to(above) for above in (*needed, Path.cwd())):
                needed.append(place)
    return ",".join(dict.fromkeys([*filter(None, asked.split(",")), *map(str, needed)]))


def reached(place: Path) -> list[Path]:
    """Places that a container must see so that a file or folder is there under the path by which it is named: the place
    itself, and the folders to which it, or links in it, lead. Nothing of what does not exist, or may not be read.

    Links are looked for in the folder, not in those below it.
    """
    try:
        if not place.exists():
            return []
        linked = [Path(entry) for entry in os.scandir(place) if entry.is_symlink()] if place.is_dir() else []
        targets = [link.resolve() for link in linked if link.exists()]
    except OSError:
        return []
    named = Path.cwd() / place
    folders = [target if target.is_dir() or target.parent == Path("/") else target.parent for target in targets]
    return list(dict.fromkeys([place.resolve(), named, *folders]))


def _name_user() -> None:
    """Give a user without an entry in the system, as in some containers, the name that programs ask for."""
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = f"user{os.getuid()}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the folder for caches cannot be made: {known.problem if (known := explained(error)) else error.strerror}",
            where=folder,
            remedy="name one that can be written: key 'cache' in config/site.yaml",
        ) from error
