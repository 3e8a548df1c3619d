"""One run of `apptainer build`, with progress and a log."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitatlas.containers.failures import BuildFailure
from vitatlas.containers.host import Command, capability_settings

Say = Callable[[str], None]

PHASES = {
    r"^INFO:\s+Starting build": "fetching and unpacking the base",
    r"^(Collecting|Downloading|Looking in)": "finding and fetching packages",
    r"^Installing collected packages": "installing packages",
    r"compileall": "compiling packages",
    r"Running testscript": "testing the image",
    r"Creating SIF file": "packing the image",
}
# Fast to pack, at a size near the usual compression's; every Linux since 2017 can mount it.
COMPRESSION = ("--mksquashfs-args", "-comp zstd -Xcompression-level 1")
EVERY = 30.0
"""Seconds after which an unchanged phase is mentioned again."""


@dataclass(frozen=True)
class Build:
    """The sources of one image.

    Attributes:
        name: The image's name, for messages.
        definition: The definition file, relative to `stage`.
        stage: The folder that paths in the definition are relative to.
        arguments: Build arguments.
        binds: Mounts during the build, `outside:inside` each.
        scratch: An empty folder on a disk with room. The build sees a folder in it as its /tmp, never this machine's.
        log: Where all output goes.
    """

    name: str
    definition: str
    stage: Path
    arguments: Mapping[str, str]
    scratch: Path
    log: Path
    binds: Sequence[str] = field(default=())

    def run(self, command: Command, image: Path, say: Say) -> None:
        """Build `image`.

        Raises:
            BuildFailure: It failed; says why, as far as the output tells.
        """
        with self.log.open("a", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(
                self._command(command, image),
                cwd=self.stage,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                _follow(process, self.log, lambda text: say(f"{self.name}: {text}"))
            finally:
                if process.poll() is None:
                    _stop(process)
        if process.returncode != 0:
            raise BuildFailure(self.name, self.log.read_text(encoding="utf-8", errors="replace"), self.log)

    def _command(self, command: Command, image: Path) -> list[str]:
        temporary = self.scratch / "tmp"
        temporary.mkdir(exist_ok=True)
        binds = [f"{temporary}:/tmp", f"{temporary}:/var/tmp", *self.binds]
        return [
            *(command.path, "build"),
            *(COMPRESSION if command.kind == "apptainer" else ()),
            *(item for bind in binds for item in ("--bind", bind)),
            *(item for name, value in self.arguments.items() for item in ("--build-arg", f"{name}={value}")),
            *(str(image), self.definition),
        ]

    def _environment(self) -> dict[str, str]:
        """This process's, without what the user set for running containers."""
        own = {name: value for name, value in os.environ.items() if not re.search(r"(_BIND|_BINDPATH)$", name)}
        unpacking = dict.fromkeys(("APPTAINER_TMPDIR", "SINGULARITY_TMPDIR"), str(self.scratch))
        return own | unpacking | capability_settings()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the build and all that it started, which are a session of their own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)


def _follow(process: subprocess.Popen[bytes], log: Path, say: Say) -> None:
    """Say what the build is doing until it ends."""
    start = said = time.monotonic()
    phase = ""
    with log.open(encoding="utf-8", errors="replace") as output:
        while True:
            ended = process.poll() is not None
            new = [text for line in output for pattern, text in PHASES.items() if re.search(pattern, line)]
            now = time.monotonic()
            if (new and new[-1] != phase) or now - said > EVERY:
                phase, said = new[-1] if new else phase, now
                say(f"{now - start:4.0f} s  {phase or 'starting'}")
            if ended:
                return
            time.sleep(0.5)
