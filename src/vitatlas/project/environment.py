"""The environment of every job, with and without a container."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from vitatlas.config.site import HOME, expanded, home
from vitatlas.errors import UserError, explained
from vitatlas.jobs.provenance import COMMIT

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


def prepare(commit: str, cache: Path, bound: Iterable[Path] = ()) -> None:
    """Set what jobs inherit. A cache that the user has already put elsewhere stays there.

    Args:
        commit: The commit of the checkout, for provenance; empty where it cannot be told.
        cache: Where libraries keep their caches, one folder each.
        bound: More folders that jobs read outside the working directory.

    Raises:
        UserError: The folder of the caches cannot be made.
    """
    # A cluster's node may have no git: then it is what the job was handed
    os.environ[COMMIT] = commit or os.environ.get(COMMIT, "")
    with suppress(UserError):  # of a user without one: nothing that jobs read lies there
        os.environ[HOME] = home("~")
    _name_user()
    # Small jobs on shared cores are slowed down several times by threads that wait actively.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
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
