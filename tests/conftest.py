"""Fixtures that the tests share, and what process runs which of them."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checkout import Project, copy_of
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

from vitatlas.containers.build import Builder
from vitatlas.containers.host import Command, check_host
from vitatlas.containers.images import IMAGES, fault
from vitatlas.errors import UserError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


class ClusterAside(LoadScopeScheduling):
    """One process runs the tests of a cluster, which wait most of the time, another all others."""

    def _split_scope(self, nodeid: str) -> str:
        return "cluster" if nodeid.startswith("tests/slurm/") else "this machine"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Which process runs what, with `--dist loadscope`."""
    return ClusterAside(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def smoke(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project in which the default target made the smoke tier from nothing, without containers.

    Of several processes one makes it, and may work on it. The others get its results as they were at first.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _smoke(root, tmp_path_factory.mktemp("smoke"))
    shared = tmp_path_factory.getbasetemp().parent
    kept, told = Project(shared / "smoke-as-made"), shared / "smoke-as-made.json"
    with FileLock(shared / "smoke.lock"):
        if told.exists():
            return replace(kept, **json.loads(told.read_text()))
        project = _smoke(root, tmp_path_factory.mktemp("smoke"))
        # Links will do: results are replaced by others, not written into.
        shutil.copytree(project.path / "results", kept.path / "results", copy_function=os.link)
        told.write_text(json.dumps({"seconds": project.seconds, "log": project.log}))
    return project


def _smoke(root: Path, folder: Path) -> Project:
    project = copy_of(root, folder)
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
