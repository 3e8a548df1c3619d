"""What the tests share."""

import time
from pathlib import Path

import pytest
from checkout import Project, copy_of

from vitatlas.containers.build import Builder
from vitatlas.containers.host import Command, check_host
from vitatlas.containers.images import IMAGES, fault
from vitatlas.errors import UserError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def smoke(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project in which the default target made the smoke tier from nothing, without containers."""
    project = copy_of(root, tmp_path_factory.mktemp("smoke"))
    start = time.monotonic()
    project.log = project.snakemake("--printshellcmds")
    project.seconds = time.monotonic() - start
    return project


@pytest.fixture(scope="session")
def container_command() -> Command:
    """The container command of this machine; without one that can run images, tests are skipped and say why."""
    try:
        return check_host(building=False)
    except UserError as error:
        pytest.skip(f"no containers here: {error.problem}")


@pytest.fixture(scope="session")
def images(root: Path, container_command: Command) -> Path:
    """The folder of the images, with what lies beside them: as `make containers` leaves it."""
    if any(fault(root, name) for name in IMAGES):
        try:
            check_host(building=True)
        except UserError as error:
            pytest.skip(f"images cannot be built here: {error.problem}")
        Builder(root, None, None, None, print).make(list(IMAGES))
    return root / "containers"
