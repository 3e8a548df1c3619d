"""Machines without Apptainer, with an old one, or with users who may not use it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from container_machine import program

from vitatlas.containers import host
from vitatlas.containers.host import capability_settings, check_host
from vitatlas.errors import UserError


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(host.os, "geteuid", lambda: 0)
    return folder


@pytest.fixture
def user(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ordinary user of a machine that allows everything; returns the folder that stands for /proc."""
    says(programs, "apptainer", "apptainer version 1.4.5")
    program(programs / "newuidmap", "#!/bin/sh\n")
    for file in ("sys/user/max_user_namespaces", "sys/kernel/unprivileged_userns_clone"):
        (tmp_path / "proc" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "proc" / file).write_text("1\n")
    (tmp_path / "subuid").write_text(f"{getpass.getuser()}:100000:65536\n")
    monkeypatch.setattr(host, "PROC", tmp_path / "proc")
    monkeypatch.setattr(host, "SUBUID", tmp_path / "subuid")
    monkeypatch.setattr(host.os, "geteuid", host.os.getuid)
    real = host.pwd.getpwuid(host.os.getuid())
    monkeypatch.setattr(host.os, "geteuid", lambda: real.pw_uid or 1000)
    monkeypatch.setattr(host.pwd, "getpwuid", lambda _: real)
    return tmp_path / "proc"


def says(folder: Path, name: str, text: str) -> None:
    program(folder / name, f"#!/bin/sh\necho '{text}'\n")


def test_none_installed(programs: Path) -> None:
    with pytest.raises(UserError, match=r"neither 'apptainer' nor 'singularity' is installed[^$]*remedy: install"):
        check_host(building=False)


@pytest.mark.parametrize(
    ("name", "text", "runs", "builds"),
    [
        ("apptainer", "apptainer version 1.4.5", True, True),
        ("apptainer", "apptainer version 1.1.9-1.el8", True, False),
        ("singularity", "singularity-ce version 4.1.2", True, True),
        ("singularity", "singularity-ce version 3.10.0", True, False),
        ("singularity", "singularity version 3.6.4", False, False),
        ("singularity", "2.6.1-dist", False, False),
        ("singularity", "apptainer version 1.3.0", True, True),
    ],
)
def test_versions(programs: Path, name: str, text: str, runs: bool, builds: bool) -> None:
    says(programs, name, text)
    for building, fits in ((False, runs), (True, builds)):
        if fits:
            assert check_host(building).path == str(programs / name)
        else:
            with pytest.raises(UserError, match="too old"):
                check_host(building)


def test_apptainer_comes_before_singularity_as_in_snakemake(programs: Path) -> None:
    says(programs, "apptainer", "apptainer version 1.4.5")
    says(programs, "singularity", "singularity version 3.6.4")
    assert check_host(building=True).kind == "apptainer"


def test_a_broken_installation_is_named(programs: Path) -> None:
    program(programs / "apptainer", "#!/bin/sh\necho 'cannot open shared object' >&2\nexit 127\n")
    with pytest.raises(UserError, match="cannot open shared object"):
        check_host(building=False)


def test_an_ordinary_user_may_build_where_the_machine_allows_it(user: Path) -> None:
    check_host(building=True)


@pytest.mark.parametrize("file", ["sys/user/max_user_namespaces", "sys/kernel/unprivileged_userns_clone"])
def test_no_user_namespaces(user: Path, file: str) -> None:
    (user / file).write_text("0\n")
    with pytest.raises(UserError, match=r"need user namespaces[^$]*remedy: ask the administrator"):
        check_host(building=False)


def test_a_setuid_installation_needs_no_user_namespaces(user: Path, programs: Path) -> None:
    (user / "sys/user/max_user_namespaces").write_text("0\n")
    starter = programs.parent / "libexec/apptainer/bin/starter-suid"
    starter.parent.mkdir(parents=True)
    starter.touch()
    check_host(building=False)


def test_building_needs_subordinate_ids_and_running_does_not(user: Path, tmp_path: Path) -> None:
    (tmp_path / "subuid").write_text("somebody-else:100000:65536\n")
    check_host(building=False)
    with pytest.raises(UserError, match=r"no range of subordinate user ids[^$]*usermod --add-subuids"):
        check_host(building=True)


@pytest.mark.parametrize(
    ("held", "settings"),
    [("000001ffffffffff", {}), ("000001fffeffffff", {"APPTAINER_DROP_CAPS": "CAP_SYS_RESOURCE"})],
)
def test_a_root_without_all_capabilities_drops_the_one_it_lacks(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str, settings: dict[str, str]
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/status").write_text(f"Name:\tpython\nCapEff:\t{held}\n")
    monkeypatch.setattr(host, "PROC", tmp_path / "proc")
    assert capability_settings() == settings
