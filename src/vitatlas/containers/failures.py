"""The message of a failed build, in words that help."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vitatlas.errors import UserError

LINES = 15
OTHER_DISKS = "make room, or name other disks: TMPDIR for temporary files, XDG_CACHE_HOME for finished images"


@dataclass(frozen=True)
class Cause:
    """A known reason for a failure: how its output reads, what that means, and what to do."""

    pattern: str
    problem: str
    remedy: str


FULL = Cause(
    r"[Nn]o space left on device|Disk quota exceeded|Write failed because",
    "the disk is full",
    OTHER_DISKS,
)
REGISTRY = Cause(
    r"conveyor failed to get.*(dial tcp|no such host|[Tt]imeout|deadline|refused|unreachable|x509|EOF|toomanyrequests)",
    "no Docker registry can be reached",
    "BASE=debootstrap builds from a Debian mirror instead; or build elsewhere and copy the images here",
)
CAUSES = (
    FULL,
    REGISTRY,
    Cause(
        r"debootstrap: (command )?not found|debootstrap.*executable file not found|debootstrap is not in PATH",
        "the program 'debootstrap' is not installed",
        "install debootstrap, or use BASE=docker",
    ),
    Cause(
        r"E: (Failed getting release|Invalid Release|Couldn't download|Couldn't find these debs)",
        "the Debian mirror does not deliver",
        "name one that does: MIRROR=ADDRESS",
    ),
    Cause(
        r"No matching distribution found|Could not find a version|Could not fetch URL|NewConnectionError",
        "pip does not find the packages of the lock",
        "name an index or a folder of wheels in pip's settings (pip config set global.find-links FOLDER)",
    ),
    Cause(
        r"failed to execute %test script",
        "the image was built, but does not pass its own test",
        "read the end of the log",
    ),
)


class BuildFailure(UserError):
    """A build that failed.

    Attributes:
        cause: The reason, where it is a known one.
    """

    def __init__(self, name: str, output: str, log: Path):
        self.cause = next((cause for cause in CAUSES if re.search(cause.pattern, output)), None)
        tail = "\n".join(f"    {line[:200]}" for line in output.splitlines()[-LINES:])
        reason = f": {self.cause.problem}" if self.cause else ""
        remedy = self.cause.remedy if self.cause else "read the log"
        super().__init__(f"the image '{name}' could not be built{reason}\n{tail}", where=log, remedy=remedy)
