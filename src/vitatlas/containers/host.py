"""The machine's means for containers: Apptainer (or SingularityCE), the right to use it, and what to build for."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vitatlas.errors import UserError

PROC = Path("/proc")
SUBUID = Path("/etc/subuid")
INSTALL = "install Apptainer 1.2 or newer, or SingularityCE 4.0 (docs/how-to/containers.md), or run without containers"
# Oldest versions: to run images; to build them (the first that fill in build arguments).
OLDEST = {"apptainer": ((1, 0), (1, 2)), "singularity": ((3, 8), (4, 0))}
CAP_SYS_RESOURCE = 24


@dataclass(frozen=True)
class Command:
    """The container command of this machine.

    Attributes:
        path: Where it is.
        kind: apptainer or singularity.
        version: Major and minor number.
    """

    path: str
    kind: str
    version: tuple[int, int]


def check_host(building: bool) -> Command:
    """The container command, if this user may run images with it here, and build them if `building`.

    Raises:
        UserError: There is none, it is too old, or this user may not use it.
    """
    command = find_command()
    oldest = OLDEST[command.kind][building]
    if command.version < oldest:
        raise UserError(
            f"{command.kind} {_dotted(command.version)} is too old to {'build' if building else 'run'} the images: "
            f"{_dotted(oldest)} is the oldest that can",
            where=command.path,
            remedy=INSTALL,
        )
    if os.geteuid() != 0:
        _check_namespaces(command)
        if building:
            _check_subordinate_ids()
    return command


def find_command() -> Command:
    """The container command on PATH: `apptainer`, else `singularity`, as Snakemake chooses.

    Raises:
        UserError: There is none, or it does not say its version.
    """
    for name in OLDEST:
        path = shutil.which(name)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        number = re.search(r"(\d+)\.(\d+)", said.stdout)
        if said.returncode != 0 or number is None:
            reason = (said.stderr or said.stdout).strip()[-200:]
            raise UserError(f"'{name} --version' does not work: {reason}", where=path, remedy=INSTALL)
        # Older installations of Apptainer's predecessor, and links to Apptainer, go by the name singularity too.
        kind = "apptainer" if "apptainer" in said.stdout else "singularity"
        return Command(path, kind, (int(number[1]), int(number[2])))
    raise UserError("neither 'apptainer' nor 'singularity' is installed", where="PATH", remedy=INSTALL)


def capability_settings() -> dict[str, str]:
    """The environment of a build by a root that lacks capabilities (in a virtual machine or container)."""
    held = re.search(r"^CapEff:\s*(\w+)$", (PROC / "self/status").read_text(), re.MULTILINE)
    if os.geteuid() == 0 and held is not None and not int(held[1], 16) >> CAP_SYS_RESOURCE & 1:
        return {"APPTAINER_DROP_CAPS": "CAP_SYS_RESOURCE"}
    return {}


def detected() -> str:
    """The accelerator of this machine: cuda where NVIDIA's driver finds a GPU, else cpu."""
    tool = shutil.which("nvidia-smi")
    listed = tool and subprocess.run([tool, "-L"], capture_output=True, check=False).returncode == 0
    return "cuda" if listed else "cpu"


def mirror() -> str:
    """The Debian mirror that apt of this machine uses.

    Raises:
        UserError: It uses none for Debian 12, or there is no apt.
    """
    wanted = ["--format", "$(SITE)", "Created-By: Packages", "Release: bookworm"]
    tool = shutil.which("apt-get")
    done = tool and subprocess.run([tool, "indextargets", *wanted], capture_output=True, text=True, check=False)
    if not done or not done.stdout.strip():
        raise UserError(
            "apt of this machine knows no mirror of Debian 12",
            where="BASE=debootstrap",
            remedy="name one: make containers BASE=debootstrap MIRROR=ADDRESS",
        )
    return done.stdout.split()[0]


def _check_namespaces(command: Command) -> None:
    """Without root, containers need user namespaces, unless the command was installed with root's rights (setuid)."""
    prefix = Path(command.path).resolve().parent.parent
    if any(prefix.glob(f"lib*/**/{command.kind}/bin/starter-suid")):
        return
    for file in ("sys/user/max_user_namespaces", "sys/kernel/unprivileged_userns_clone"):
        switch = PROC / file
        if switch.is_file() and switch.read_text().strip() == "0":
            raise UserError(
                "containers need user namespaces, which this machine denies to ordinary users",
                where=f"{switch} is 0",
                remedy="ask the administrator for user namespaces or a setuid installation of Apptainer, "
                "or run without --sdm apptainer",
            )


def _check_subordinate_ids() -> None:
    """Without root, a build needs a range of user ids of its own for the users inside the image."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    owners = {line.split(":")[0] for line in SUBUID.read_text().splitlines()} if SUBUID.is_file() else set()
    if not owners & {user, str(os.geteuid())} or shutil.which("newuidmap") is None:
        raise UserError(
            f"user '{user}' has no range of subordinate user ids, which building an image needs",
            where=SUBUID,
            remedy=f"as root: install newuidmap (package uidmap) and run 'usermod --add-subuids 100000-165535 "
            f"--add-subgids 100000-165535 {user}'; or build elsewhere and copy the images here",
        )


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
