"""A SLURM cluster on this machine, and checkouts that hand their jobs to it."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import BIN, Project, copy_of, link_images
from cluster import Cluster, missing

SITE = """\
account: null
partitions: {cpu: cpu, gpu: gpu}
signal_s: 10
setup: "export ATLAS_NODE=$SLURMD_NODENAME"
"""


@dataclass
class Remote:
    """A checkout whose jobs run on the cluster."""

    project: Project
    cluster: Cluster

    def command(self, *arguments: str, config: tuple[str, ...] = ()) -> list[str]:
        """Snakemake with the profile; the first look at the jobs comes sooner, and an end in any case."""
        profile = ["--workflow-profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "2"]
        limit = ["timeout", "--signal=INT", "--kill-after=30", "900"]
        return [*limit, "snakemake", *profile, *arguments, "--config", "tier=smoke", *config]

    @property
    def environment(self) -> dict[str, str]:
        """The cluster's, with the programs of the virtual environment first."""
        variables = self.cluster.environment
        return {"SLURM_CONF": variables["SLURM_CONF"], "PATH": f"{BIN}:{variables['PATH']}"}

    def snakemake(self, *arguments: str, config: tuple[str, ...] = (), check: bool = True) -> str:
        """Run it to its end; what it printed."""
        return self.project.run(*self.command(*arguments, config=config), check=check, **self.environment).stdout

    def start(self, *arguments: str, config: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        """Start it, as the leader of a group of processes, and go on."""
        return subprocess.Popen(
            self.command(*arguments, config=config),
            cwd=self.project.path,
            env=self.cluster.environment | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster; its daemons end with the tests, however these end."""
    if reason := missing():
        pytest.skip(f"no SLURM for the tests: {reason}")
    cluster = Cluster(tmp_path_factory.mktemp("slurm") / "cluster")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def remote(
    root: Path, images: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Remote]:
    """Makes a checkout with the images and a description of the cluster."""

    def make(name: str) -> Remote:
        project = copy_of(root, tmp_path_factory.mktemp(name))
        link_images(images, project)
        (project.path / "config/site.yaml").write_text(SITE)
        return Remote(project, cluster)

    return make
