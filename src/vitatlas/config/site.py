"""The computing centre: `config/site.yaml`, which git ignores.

There is an example to copy, `config/site.example.yaml`. Without the file nothing is assumed about the machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vitatlas.config.read import read_yaml, validate
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError

FILE, EXAMPLE = "site.yaml", "site.example.yaml"

HOME = "VITATLAS_HOME"
"""A variable that jobs find the user's home folder in: in a container, `~` is the project's folder."""


class Partitions(Strict):
    """Where SLURM runs which kind of job."""

    cpu: str | None = Field(default=None, description="partition of jobs without a GPU; null: the cluster's default")
    gpu: str | None = Field(default=None, description="partition of jobs with a GPU; null: the cluster's default")


class GpuRequest(Strict):
    """How a job asks SLURM for its GPU."""

    by: Literal["gpus", "gres"] = Field(
        default="gpus", description="gpus: sbatch --gpus=…; gres: sbatch --gres=gpu:…, for clusters that want that"
    )
    model: str | None = Field(default=None, description="the GPU's type as the cluster calls it; null: any")


class Site(Strict):
    """One computing centre."""

    account: str | None = Field(
        default=None, description="SLURM account that pays; null: this cluster has none. SLURM needs this key stated"
    )
    partitions: Partitions = Partitions()
    gpu: GpuRequest = GpuRequest()
    signal_s: int = Field(
        default=120,
        ge=10,
        le=86_400,
        description="seconds before its time limit at which a job is told to stop, so that a training writes its "
        "checkpoint",
    )
    sbatch: str = Field(default="", description="further options of sbatch, for every job")
    modules: list[str] = Field(default=[], description="environment modules to load on the node before each job")
    setup: str = Field(default="", description="shell commands to run on the node before each job, after the modules")
    variables: list[Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")]] = Field(
        default=[],
        description="environment variables that jobs see besides those that they need; all others are left out, "
        "because they could change results",
    )
    scratch: str | None = Field(
        default=None, description="folder for temporary files on the node; may name variables of the node, as $USER"
    )
    cache: str | None = Field(
        default=None, description="folder for caches that outlive a job; null: $XDG_CACHE_HOME or ~/.cache, vit-atlas"
    )

    @field_validator("variables")
    @classmethod
    def _change_no_result(cls, names: list[str]) -> list[str]:
        for name in names:
            if name.startswith(("PYTHON", "JUPYTER", "IPYTHON", "MPL")):
                raise ValueError(f"{name} could replace the locked libraries or the looks of figures")
        return names

    @property
    def has_slurm(self) -> bool:
        """Whether the account is stated, be it as null: only then do jobs ask for SLURM's resources."""
        return "account" in self.model_fields_set

    @property
    def environment(self) -> dict[str, str]:
        """The variables that `profiles/slurm/node.sh` reads before each job, on the node."""
        return {"VITATLAS_MODULES": " ".join(self.modules), "VITATLAS_SETUP": self.setup}


def expanded(path: str) -> Path:
    """A file or folder as the user wrote it, with `~` and variables replaced.

    Raises:
        UserError: It begins with `~`, and the system knows no home folder of this user.
    """
    given = Path(os.path.expandvars(path))
    if given.parts[:1] == ("~",):
        return Path(home(str(given)), *given.parts[1:])
    with suppress(RuntimeError):  # of a user whom the system does not know: then it is a name as others
        return given.expanduser()
    return given


def variables_in(paths: Iterable[str]) -> list[str]:
    """The names of the variables that are written in paths, as `$DATA/photos` or `${DATA}/photos`."""
    return sorted({name for path in paths for name in re.findall(r"\$\{?(\w+)", path)})


def home(wanted_for: str) -> str:
    """The user's home folder.

    Raises:
        UserError: The system knows none: no HOME, and no entry of the user.
    """
    try:
        return os.environ.get(HOME) or str(Path.home())
    except RuntimeError as error:
        raise UserError(
            f"'{wanted_for}' needs your home folder, and the system knows none for the user {os.getuid()}",
            where="the variable HOME, which is not set",
            remedy="set it (export HOME=/a/folder/of/yours), or give the whole path; of caches, in config/site.yaml",
        ) from error


def load_site(config: Path) -> Site:
    """The site described in `config`/site.yaml; one about which nothing is known, where there is no such file.

    Raises:
        UserError: No YAML, an unknown key or a wrong value.
    """
    path = config / FILE
    return validate(Site, read_yaml(path), str(path)) if path.exists() else Site()


def require_slurm(site: Site, config: Path) -> None:
    """Check that jobs can be handed to SLURM.

    Raises:
        UserError: There is no config/site.yaml, or it does not state the account.
    """
    path = config / FILE
    if not path.exists():
        raise UserError(
            "jobs are to run on SLURM, but nothing says with which account and partitions",
            where=path,
            remedy=f"cp config/{EXAMPLE} config/{FILE}, and put your cluster's names there",
        )
    if not site.has_slurm:
        raise UserError(
            "jobs are to run on SLURM, but the key 'account' is missing",
            where=path,
            remedy="add the account that pays, or `account: null` where the cluster has no accounts "
            f"(config/{EXAMPLE} explains the keys)",
        )
