"""A checkout of the project that tests may run and edit."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

BIN = Path(sys.executable).parent

_ANALYSES = (
    *("stimuli/mini/discrimination/256", "photoreal_examples/mini", "published/numbers"),
    *(f"{name}/mini-objects/discrimination/256" for name in ("behaviour", "das", "departures", "information_flow")),
    *("photoreal_behaviour/mini-objects/discrimination/256", "walkthrough/mini-objects/discrimination/32"),
    *("probe/mini-objects/rmts/256", "auxiliary_attention/mini-scratch/rmts/32"),
)
_COMPONENTS = (
    *(f"{name}/mini-vit" for name in ("departures", "labels", "segmentation", "removal", "by_text", "by_picture")),
    "ablation/mini-clip",
)
_FEATURES = ("last_layer", "masked", "low_pass", "moved", "locality", "path_similarity")
_FEATURES += ("visualised_sweep", "quality_parametrisations")
_OF_RELATIONS = (
    *("relations_figure_04", "relations_figure_07", "table_08", "coverage", "extra_world", "extra_encoders"),
    *(f"results/smoke/analysis/relations/{name}.parquet" for name in _ANALYSES),
)
SELECTION = (
    *_OF_RELATIONS,
    *(f"results/smoke/analysis/components/{name}.parquet" for name in _COMPONENTS),
    *(f"results/smoke/analysis/features/{name}/mini-vit.parquet" for name in _FEATURES),
)
"""Targets that between them make every rule of the smoke tier run, for few models; all but those of the whole tier."""

SOME_OF_EACH = (
    *_OF_RELATIONS,
    "results/smoke/analysis/components/ablation/mini-clip.parquet",
    "results/smoke/analysis/features/locality/mini-vit.parquet",
)
"""Targets that make every rule of relations run, and a chain of jobs of each other paper."""

OF_THE_WHOLE_TIER = {"compute_table", "null_calibration", "verdicts", "invariants", "page"}
"""Rules whose jobs read what all the others made."""


@dataclass
class Project:
    """A checkout that tests may run and edit.

    Attributes:
        path: Its folder.
        seconds: How long the smoke tier took.
        log: What Snakemake printed meanwhile.
    """

    path: Path
    seconds: float = 0.0
    log: str = ""

    def run(self, *command: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess:
        """Run a command in it; on an unexpected failure show what it printed."""
        done = subprocess.run(
            command,
            cwd=self.path,
            env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}"
        return done

    def snakemake(self, *arguments: str, check: bool = True, **environment: str) -> str:
        """Run Snakemake at the smoke tier and return what it printed."""
        return self.run(
            "snakemake", "--cores", "all", *arguments, "--config", "tier=smoke", check=check, **environment
        ).stdout

    def pending(self, *arguments: str) -> set[str]:
        """The rules of which a run would start jobs now."""
        return rules_run(self.snakemake("--dry-run", *arguments))


def copy_of(root: Path, folder: Path) -> Project:
    """A checkout of its own of all that git would commit of the project at `root`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source = root / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    project = Project(folder)
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    project.run(
        "git", "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "copy"
    )
    return project


def link_images(images: Path, project: Project) -> None:
    """The container images in the folder `images`, with their records, in another checkout."""
    for path in images.iterdir():
        if path.suffix in (".sif", ".json"):
            (project.path / "containers" / path.name).symlink_to(path)


def tensors(path: Path) -> bytes:
    """The bytes of the tensors in a safetensors file, without the header, which names the commit."""
    content = path.read_bytes()
    return content[8 + int.from_bytes(content[:8], "little") :]


def rules_run(log: str) -> set[str]:
    """The rules of which Snakemake, by what it printed, ran jobs; targets, which make nothing, left out."""
    # Jobs of a group are indented.
    jobs = re.findall(r"^( *)(?:local)?rule (\w+):\n((?:\1 +\S.*\n)*)", log, re.MULTILINE)
    return {name for _, name, lines in jobs if re.search(r"^ *output: ", lines, re.MULTILINE)}


def assert_same_tables(one: Project, other: Project) -> None:
    """Check that what another run of the smoke tier made are the same tables, to the last bit, but for times."""
    base = other.path / "results/smoke"
    files = [path for path in base.rglob("*.*") if path.suffix in (".parquet", ".csv") and path.name != "compute.csv"]
    files = [path for path in files if "throughput" not in str(path.relative_to(base))]
    assert len(files) > 30
    for path in files:
        there = one.path / path.relative_to(other.path)
        if path.suffix == ".parquet":
            read = [pd.read_parquet(one).drop(columns="seconds", errors="ignore") for one in (path, there)]
            pd.testing.assert_frame_equal(*read, check_exact=True, obj=str(path.relative_to(base)))
        else:
            assert values(path) == values(there), path.name


def values(table: Path) -> list[str]:
    """The lines of a CSV without the one that says from which commit it is."""
    return [line for line in table.read_text().splitlines() if not line.startswith("# vitatlas:")]
