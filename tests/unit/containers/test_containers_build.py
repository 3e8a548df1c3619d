"""Building images: what is built, what is not, and what is left when it fails. Apptainer is a stand-in here; the real
one is in tests/containers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from container_machine import Machine, program, project_at

from vitatlas.containers import build, host
from vitatlas.containers.images import check, path_of, record_of
from vitatlas.errors import UserError

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def machine(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which images can be built, with an empty cache, and a project without images."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("TMPDIR", "APPTAINER_TMPDIR", "SINGULARITY_TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.defpath}")
    monkeypatch.setattr(host.os, "geteuid", lambda: 0)
    return Machine(programs, project_at(tmp_path / "project", root))


def test_images_are_built_once_from_one_base(machine: Machine) -> None:
    machine.make()
    assert machine.built == ["base", "compute", "figures"]
    check(machine.project, ["compute", "figures"])
    machine.make()
    assert machine.built == ["base", "compute", "figures"]
    assert "compute: up to date" in machine.lines


def test_what_is_written_beside_an_image(machine: Machine) -> None:
    machine.make("compute")
    image = path_of(machine.project, "compute")
    record = record_of(image)
    assert record and (record.name, record.accelerator, record.base) == ("compute", "cpu", "docker")
    assert record.bytes == image.stat().st_size
    bill = json.loads(image.with_suffix(".sbom.json").read_text())
    assert bill["metadata"]["component"]["hashes"][0]["content"] == record.sha256
    assert any("MB" in line and " s" in line for line in machine.lines)


def test_a_build_sees_no_folder_of_this_machine_but_those_of_pip(machine: Machine) -> None:
    """The host's /tmp would be mounted otherwise, and what a definition does there would be done to the host."""
    machine.make("compute")
    for call in machine.calls:
        binds = [call[i + 1] for i, word in enumerate(call) if word == "--bind"]
        inside = {bind.split(":")[1] for bind in binds}
        assert {"/tmp", "/var/tmp"} <= inside
        assert all(bind.split(":")[0] != bind.split(":")[1] for bind in binds)
        assert all(bind.endswith(":ro") for bind in binds if "/host/" in bind.split(":")[1])
    assert not any((machine.project.parent / "tmp").iterdir()), "temporary files are left"


def test_a_changed_lock_rebuilds_the_images_made_from_it(machine: Machine) -> None:
    machine.make()
    lock = machine.project / "envs/figures.lock.txt"
    lock.write_text(lock.read_text() + "another==1.0\n")
    machine.make()
    assert machine.built == ["base", "compute", "figures", "figures"]


def test_another_checkout_takes_the_image_from_the_cache(machine: Machine, root: Path, tmp_path: Path) -> None:
    machine.make()
    other = project_at(tmp_path / "other", root)
    machine.make(project=other)
    assert machine.built == ["base", "compute", "figures"]
    check(other, ["compute", "figures"])
    assert path_of(other, "compute").samefile(path_of(machine.project, "compute")), "disk space is used twice"


def test_a_damaged_image_in_the_cache_is_built_anew(machine: Machine, root: Path, tmp_path: Path) -> None:
    machine.make("figures")
    image = path_of(machine.project, "figures")
    text = image.read_text()
    image.write_text(text.swapcase())  # the cache holds the same file; its size stays
    machine.make("figures", project=project_at(tmp_path / "other", root))
    assert machine.built == ["base", "figures", "figures"]


def test_a_truncated_image_is_made_whole(machine: Machine) -> None:
    machine.make("figures")
    image = path_of(machine.project, "figures")
    image.write_text("half")
    with pytest.raises(UserError, match="'figures' is damaged"):
        check(machine.project, ["figures"])
    machine.make("figures")
    check(machine.project, ["figures"])


def test_cuda_changes_compute_only_and_stays_until_cpu_is_asked_for(machine: Machine) -> None:
    machine.make(accelerator="cuda")
    compute, figures = (record_of(path_of(machine.project, name)) for name in ("compute", "figures"))
    assert compute and figures and (compute.accelerator, figures.accelerator) == ("cuda", "cpu")
    assert any("compiler=gcc libc6-dev" in call for call in machine.calls)
    machine.make(accelerator=None, base=None)
    assert machine.built.count("compute") == 1
    machine.make(accelerator="cpu")
    assert machine.built.count("compute") == 2
    assert machine.built.count("figures") == 1


def test_without_a_registry_debootstrap_takes_over_and_says_so(machine: Machine) -> None:
    machine.answers("docker", "FATAL: While performing build: conveyor failed to get: Get: dial tcp: no such host")
    program(machine.folder / "debootstrap", "#!/bin/sh\n")
    machine.make("figures", base=None, mirror="file:///mirror")
    assert "base: no Docker registry can be reached; going on with BASE=debootstrap" in machine.lines
    record = record_of(path_of(machine.project, "figures"))
    assert record and record.base == "debootstrap"
    assert "mirror=file:///mirror" in machine.calls[1]


def test_a_registry_that_was_asked_for_and_is_not_there_is_an_error(machine: Machine) -> None:
    machine.answers("docker", "FATAL: While performing build: conveyor failed to get: Get: dial tcp: no such host")
    program(machine.folder / "debootstrap", "#!/bin/sh\n")
    with pytest.raises(UserError, match=r"no Docker registry can be reached[^$]*remedy: BASE=debootstrap"):
        machine.make("figures", base="docker")
    assert machine.built == ["base"]


FAILURES = {
    "disk": ("FATAL: while writing: no space left on device", r"the disk is full[^$]*remedy: make room"),
    "pip": ("ERROR: No matching distribution found for torch==2.13.0", r"pip does not find[^$]*remedy: name an index"),
    "test": ("FATAL: failed to execute %test script: exit status 1", r"does not pass its own test"),
    "unknown": ("FATAL: something never seen before", r"something never seen before[^$]*remedy: read the log"),
}


@pytest.mark.parametrize(("message", "expected"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failed_build_says_why_and_leaves_what_was_there(machine: Machine, message: str, expected: str) -> None:
    machine.make("figures")
    image = path_of(machine.project, "figures")
    before = image.read_text(), image.with_suffix(".json").read_text()
    lock = machine.project / "envs/figures.lock.txt"
    lock.write_text(lock.read_text() + "another==1.0\n")
    machine.answers("figures", message)
    with pytest.raises(UserError, match=expected):
        machine.make("figures")
    assert (image.read_text(), image.with_suffix(".json").read_text()) == before
    assert message in (machine.project / "containers/figures.log").read_text()
    assert not list(machine.project.parent.rglob("*.part*")), "half an image is left"
    machine.recovers("figures")
    machine.make("figures")
    check(machine.project, ["figures"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_no_half_image(machine: Machine, root: Path, number: int) -> None:
    machine.answers("figures", "INFO:    Creating SIF file")
    code = (
        f"import sys; sys.path.insert(0, {str(root / 'src')!r}); sys.path.insert(0, {str(root / 'containers')!r})\n"
        f"import build; from pathlib import Path; build.ROOT = Path({str(machine.project)!r})\n"
        "from vitatlas.containers import host; host.os.geteuid = lambda: 0\n"
        "sys.argv = ['build.py', 'figures', '--base', 'docker', '--accelerator', 'cpu']; build.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"FAKE_SECONDS": "60"})
    deadline = time.monotonic() + 60
    while "figures" not in machine.built and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(number)
    assert process.wait(timeout=30) != 0
    assert machine.images == []
    assert not list(machine.project.parent.rglob("*.part*")), "half an image is left"
    assert not any((machine.project.parent / "tmp").iterdir()), "temporary files are left"


def test_what_a_killed_build_left_is_removed_by_a_later_one(machine: Machine) -> None:
    cache = machine.project.parent / "cache/vit-atlas/images"
    cache.mkdir(parents=True)
    left, growing = (cache / f".figures-cpu-docker-{name}.4711.part.sif" for name in ("left", "growing"))
    left.write_text("half")
    growing.write_text("half")
    os.utime(left, (0, 0))
    machine.make("figures")
    assert not left.exists()
    assert growing.exists(), "another build, perhaps of another machine with the same home, was at it"


def test_too_little_space_is_said_before_anything_starts(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(build.UNPACKED, "other", 1e9)
    with pytest.raises(UserError, match=r"too little disk space[^$]*remedy: make room"):
        machine.make("figures")
    assert machine.calls == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"accelerator": "gpu"}, "unknown ACCELERATOR 'gpu'; there are: cpu, cuda"),
        ({"base": "podman"}, "unknown BASE 'podman'; there are: debootstrap, docker"),
    ],
)
def test_unknown_choices_are_named(machine: Machine, arguments: dict[str, str], expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        machine.make(**arguments)
    with pytest.raises(UserError, match="unknown image 'computer'; there are: compute, figures"):
        machine.make("computer")
    assert machine.calls == []


def test_debootstrap_without_a_mirror_asks_for_one(machine: Machine) -> None:
    program(machine.folder / "apt-get", "#!/bin/sh\n")
    with pytest.raises(UserError, match="MIRROR=ADDRESS"):
        machine.make("figures", base="debootstrap")
