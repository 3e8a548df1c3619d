"""The smoke tier inside the images, on a machine that does its best to interfere: with the network cut off, and with
modules, kernels and settings of the host in every place where Python and Jupyter look for them.
"""

import os
import re
import shutil
import time
from pathlib import Path

import pytest
from checkout import (
    BIN,
    OF_THE_WHOLE_TIER,
    SELECTION,
    Project,
    assert_same_tables,
    copy_of,
    link_images,
    rules_run,
    tensors,
    values,
)
from without_programs import CONTAINERS as COMMANDS
from without_programs import path_without

from vitatlas.containers.host import Command

CONTAINERS = ("--use-singularity",)
# The host's Snakemake imports none of these.
HOSTILE = ("torch", "timm", "safetensors", "matplotlib", "seaborn", "papermill", "ipykernel", "tqdm")
# Python says where each module comes from, for the logs; jobs leave out what is not declared, unless they are told.
VERBOSE = "--env PYTHONVERBOSE=1 --env VITATLAS_KEEP=PYTHONVERBOSE"
NO_NETWORK = f"--apptainer-args=--nv --net --network none {VERBOSE}"


def hostile_environment(folder: Path) -> dict[str, str]:
    """Variables that lead Python, the loader and Jupyter to `folder`, in which every module raises."""
    packages = folder / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    for name in HOSTILE:
        (packages / f"{name}.py").write_text("raise SystemExit('a module of the host was imported')\n")
    kernel = folder / "jupyter/kernels/python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["false"], "display_name": "hostile", "language": "python"}')
    return {
        "PYTHONPATH": str(packages),
        "PYTHONUSERBASE": str(folder),
        "JUPYTER_PATH": str(folder / "jupyter"),
        "VIRTUAL_ENV": str(folder),
    }


@pytest.fixture(scope="session")
def contained(
    root: Path, images: Path, container_command: Command, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A copy of the project where artifacts that need every rule were made inside the images, on a hostile machine."""
    if os.getuid() != 0:
        pytest.skip("only root may cut a container off the network")
    project = copy_of(root, tmp_path_factory.mktemp("contained"))
    link_images(images, project)
    environment = hostile_environment(tmp_path_factory.mktemp("hostile"))
    shutil.copytree(environment["PYTHONUSERBASE"], project.path / ".local")  # a container's home is the project
    start = time.monotonic()
    project.log = project.snakemake(*SELECTION, *CONTAINERS, NO_NETWORK, **environment)
    project.seconds = time.monotonic() - start
    shutil.rmtree(project.path / ".local")
    return project


def test_every_rule_ran(contained, smoke):
    assert rules_run(contained.log) == rules_run(smoke.log) - OF_THE_WHOLE_TIER


def test_the_tables_are_those_of_the_virtual_environment(contained, smoke):
    assert_same_tables(smoke, contained)


def test_rules_of_the_whole_tier_make_the_same_in_their_image(images, smoke):
    verdicts = smoke.path / "results/smoke/verdicts"
    before = {path.name: values(path) for path in verdicts.glob("*.csv")}
    link_images(images, smoke)
    try:
        log = smoke.snakemake("--forcerun", *OF_THE_WHOLE_TIER, *CONTAINERS)
    finally:
        for path in filter(Path.is_symlink, (smoke.path / "containers").iterdir()):
            path.unlink()
    assert rules_run(log) == OF_THE_WHOLE_TIER
    assert {path.name: values(path) for path in verdicts.glob("*.csv")} == before and len(before) == 9


def test_the_models_are_those_of_the_virtual_environment_to_the_bit(contained, smoke):
    models = [path.relative_to(contained.path) for path in contained.path.glob("results/smoke/**/*.safetensors")]
    assert len(models) > 5
    for name in models:
        assert tensors(contained.path / name) == tensors(smoke.path / name), name


LOADED = re.compile(r"^# (?:code object from|extension module \S+ loaded from) '?(/[^'\n]+)'?$", re.MULTILINE)


def test_no_module_comes_from_outside_the_image_and_the_project(contained):
    """PYTHONVERBOSE names the file of each module; a container sees nothing else of the host below /opt or /usr."""
    logs = sorted((contained.path / "results/smoke/logs").rglob("*.log"))
    assert len(logs) > 25
    for log in logs:
        files = {Path(file) for file in LOADED.findall(log.read_text(errors="replace"))}
        image = {file for file in files if file.parts[1] in ("opt", "usr")}
        project = {file for file in files if file.is_relative_to(contained.path / "src/vitatlas")}
        scripts = {file for file in files if file.is_relative_to(contained.path / "workflow/scripts")}
        assert image and project, f"{log.name} names no modules"
        assert files == image | project | scripts, log.name


def test_nothing_is_left_in_the_checkout(contained):
    assert contained.run("git", "status", "--porcelain").stdout == ""
    hidden = {path.name for path in contained.path.glob(".*")}
    assert hidden <= {".git", ".gitignore", ".snakemake", ".ci", ".snakemake-workflow-catalog.yml"}


def test_a_machine_without_a_gpu_is_no_reason_to_complain(contained):
    assert "nvidia" not in contained.log.lower()
    for log in (contained.path / "results/smoke/logs").rglob("*.log"):
        assert "WARNING: " not in log.read_text(errors="replace"), log.name


def test_switching_between_containers_and_the_virtual_environment_reruns_nothing(contained):
    assert "Nothing to be done" in contained.snakemake("--dry-run", *SELECTION)
    assert "Nothing to be done" in contained.snakemake(*SELECTION, "--dry-run", *CONTAINERS)


@pytest.fixture
def untouched(contained, tmp_path):
    """The finished checkout, of which a test may break the image for figures; one figure is to be drawn again."""
    figure = contained.path / "results/smoke/figures/relations/figure_07.pdf"
    image = contained.path / "containers/figures.sif"
    target = image.readlink()
    figure.rename(tmp_path / "figure.pdf")
    yield contained
    image.unlink(missing_ok=True)
    image.symlink_to(target)
    (tmp_path / "figure.pdf").rename(figure)


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_an_image_that_is_not_right_is_named_before_anything_runs(untouched, state):
    image = untouched.path / "containers/figures.sif"
    image.unlink()
    if state == "damaged":
        image.write_bytes(b"#!")
    printed = untouched.snakemake(*CONTAINERS, "relations_figure_07", check=False)
    assert f"'figures' is {state}" in printed
    assert "make containers" in printed
    assert "Traceback" not in printed
    assert "rule figure:" not in printed


def test_an_image_of_another_lock_is_stale(untouched):
    lock = untouched.path / "envs/figures.lock.txt"
    before = lock.read_text()
    lock.write_text(before.replace("seaborn==", "seaborn==9"))
    try:
        printed = untouched.snakemake(*CONTAINERS, "relations_figure_07", check=False)
    finally:
        lock.write_text(before)
    assert "'figures' is out of date" in printed
    assert "make containers" in printed


def test_an_image_that_no_job_needs_may_be_missing(untouched):
    image = untouched.path / "containers/compute.sif"
    target = image.readlink()
    image.unlink()
    try:
        untouched.snakemake(*CONTAINERS, "relations_figure_07")
    finally:
        image.symlink_to(target)
    assert (untouched.path / "results/smoke/figures/relations/figure_07.pdf").stat().st_size > 0
    (untouched.path / "results/smoke/figures/relations/figure_07.pdf").unlink()


def test_no_apptainer_is_one_clear_error(root, tmp_path):
    project = copy_of(root, tmp_path / "checkout")
    path = f"{BIN}{os.pathsep}{path_without(COMMANDS, tmp_path / 'programs')}"
    printed = project.snakemake(*CONTAINERS, "--dry-run", "relations_figure_07", check=False, PATH=path)
    assert "neither 'apptainer' nor 'singularity' is installed" in printed
    assert "Traceback" not in printed
