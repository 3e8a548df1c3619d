"""What the tests share."""

import time
from pathlib import Path

import pytest
from checkout import Project, copy_of

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
