"""The environment of every job, with and without a container."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from vitatlas.errors import UserError
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
    """Where caches lie unless the site says otherwise: `$XDG_CACHE_HOME/vit-atlas`, or `~/.cache/vit-atlas`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vit-atlas"


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
    """The folders bound into containers, which see the working directory and /tmp without being told.

    Args:
        asked: What the user wants bound, separated by commas.
        folders: What the workflow needs besides; those that do not exist, or lie in one before them, are left out.
    """
    needed: list[Path] = []
    for folder in map(Path.resolve, folders):
        if folder.exists() and not any(folder.is_relative_to(above) for above in needed):
            needed.append(folder)
    return ",".join(dict.fromkeys([*filter(None, asked.split(",")), *map(str, needed)]))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the folder for caches cannot be made: {error.strerror}",
            where=folder,
            remedy="name one that can be written: key 'cache' in config/site.yaml",
        ) from error
