"""A copy of the project in which the smoke tier was made from nothing, shared by the tests of this folder."""

import time
from pathlib import Path

import pytest
from checkout import Project, copy_of


@pytest.fixture(scope="session")
def smoke(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The smoke tier, made from nothing by the default target."""
    project = copy_of(root, tmp_path_factory.mktemp("smoke"))
    start = time.monotonic()
    project.log = project.snakemake("--printshellcmds")
    project.seconds = time.monotonic() - start
    return project
