"""A project with definitions and locks, and a machine whose `apptainer` does what a test tells it to."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from vitatlas.containers.build import Builder

FILES = ("*.def", "check.py", "inventory.py")
INVENTORY = {
    "python": "3.11.2",
    "debian": "12",
    "pip": [{"name": "Torch_Thing", "version": "2.13.0+cpu", "expression": "BSD-3-Clause", "licenses": []}],
    "deb": [
        {"name": "libc6", "version": "1:2.36-9", "architecture": "amd64", "expression": "", "licenses": ["LGPL-2.1"]}
    ],
}
# `build … IMAGE DEFINITION` writes what the image is made from into the image, `exec` answers with an inventory.
APPTAINER = """#!{python}
import json, os, pathlib, sys, time
folder = pathlib.Path({folder!r})
command = sys.argv[1:]
if command[0] == "--version":
    print(os.environ.get("FAKE_VERSION", "apptainer version 1.4.5"))
    sys.exit()
if "exec" in command:
    print((folder / "inventory.json").read_text())
    sys.exit()
image, definition = command[-2:]
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps(command) + "\\n")
pathlib.Path(image).write_text(f"made from {{definition}} in {{os.getpid()}}")
answer = folder / pathlib.Path(definition).stem
if "bootstrap=docker" in command:
    answer = folder / "docker"
if answer.exists():
    print(answer.read_text(), flush=True)
    time.sleep(float(os.environ.get("FAKE_SECONDS", 0)))
    sys.exit(255)
"""


class Machine:
    """A folder on PATH with an `apptainer`; `answers` makes a build fail with a message."""

    def __init__(self, folder: Path, project: Path):
        self.folder, self.project = folder, project
        self.lines: list[str] = []
        program(folder / "apptainer", APPTAINER.format(python=sys.executable, folder=str(folder)))
        (folder / "inventory.json").write_text(json.dumps(INVENTORY))

    def answers(self, image: str, message: str) -> None:
        (self.folder / image).write_text(message)

    def recovers(self, image: str) -> None:
        (self.folder / image).unlink()

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def built(self) -> list[str]:
        return [Path(call[-1]).stem for call in self.calls]

    def make(
        self,
        *names: str,
        accelerator: str | None = "cpu",
        base: str | None = "docker",
        mirror: str | None = None,
        project: Path | None = None,
    ) -> None:
        builder = Builder(project or self.project, accelerator, base, mirror, self.lines.append)
        builder.make(names or ("compute", "figures"))

    @property
    def images(self) -> list[str]:
        return sorted(path.name for path in (self.project / "containers").iterdir() if ".sif" in path.name)


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def project_at(folder: Path, root: Path) -> Path:
    """A project with the real definitions and locks."""
    (folder / "containers").mkdir(parents=True)
    (folder / "envs").mkdir()
    for pattern in FILES:
        for file in (root / "containers").glob(pattern):
            shutil.copy(file, folder / "containers")
    for file in (root / "envs").glob("*.lock.txt"):
        shutil.copy(file, folder / "envs")
    return folder
