"""What an image's key depends on, and what is said of an image that cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from container_machine import project_at

from vitatlas.containers.images import IMAGES, Record, check, fault, key, path_of, record_of
from vitatlas.errors import UserError


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A project with both images, as far as files tell."""
    folder = project_at(tmp_path / "project", root)
    for name in IMAGES:
        image = path_of(folder, name)
        image.write_text("image")
        record = Record(name, key(folder, name, "cpu"), "cpu", "docker", "0", 5, 1.0, "2026-01-01T00:00:00Z", "1", "c")
        record.write(image.with_suffix(".json"))
    return folder


def changed(path: Path) -> None:
    path.write_text(path.read_text() + "# changed\n")


@pytest.mark.parametrize(
    ("file", "stale"),
    [
        ("containers/base.def", {"compute", "figures"}),
        ("containers/check.py", {"compute", "figures"}),
        ("containers/compute.def", {"compute"}),
        ("containers/figures.def", {"figures"}),
        ("envs/compute-cpu.lock.txt", {"compute"}),
        ("envs/figures.lock.txt", {"figures"}),
        ("envs/cpu.lock.txt", set()),
        ("containers/inventory.py", set()),
    ],
)
def test_an_image_is_out_of_date_when_what_it_is_made_from_changes(project: Path, file: str, stale: set[str]) -> None:
    changed(project / file)
    assert {name for name in IMAGES if fault(project, name)} == stale


def test_code_is_not_part_of_the_key(root: Path) -> None:
    files = [file for image in IMAGES.values() for file in image.sources(root, "cpu")]
    assert files and all(file.parent in (root / "containers", root / "envs") and file.is_file() for file in files)


def test_accelerators_have_keys_of_their_own_where_the_image_differs(root: Path) -> None:
    assert key(root, "compute", "cpu") != key(root, "compute", "cuda")
    assert key(root, "figures", "cpu") == key(root, "figures", "cuda")


def test_a_cuda_image_is_checked_against_the_cuda_lock(project: Path) -> None:
    image = path_of(project, "compute")
    record = record_of(image)
    assert record
    replace(record, accelerator="cuda", key=key(project, "compute", "cuda")).write(image.with_suffix(".json"))
    changed(project / "envs/compute-cpu.lock.txt")
    assert fault(project, "compute") is None
    changed(project / "envs/compute-cuda.lock.txt")
    assert fault(project, "compute") == "out of date"


def missing(image: Path) -> None:
    image.unlink()


def without_record(image: Path) -> None:
    image.with_suffix(".json").unlink()


def record_of_another_kind(image: Path) -> None:
    image.with_suffix(".json").write_text('{"name": "figures"}')


def record_cut_off(image: Path) -> None:
    image.with_suffix(".json").write_text('{"name": "fig')


def truncated(image: Path) -> None:
    image.write_text("ima")


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (missing, "missing"),
        (without_record, "damaged"),
        (record_of_another_kind, "damaged"),
        (record_cut_off, "damaged"),
        (truncated, "damaged"),
    ],
)
def test_one_error_names_image_file_and_remedy(project: Path, harm, what: str) -> None:
    check(project, IMAGES)
    image = path_of(project, "figures")
    harm(image)
    with pytest.raises(UserError) as error:
        check(project, IMAGES)
    assert error.value.problem == f"the container image 'figures' is {what}"
    assert error.value.where == str(image)
    assert error.value.remedy == "make containers"
    check(project, ["compute"])
