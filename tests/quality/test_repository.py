"""The content of the repository: things that must be in it, and things that must not."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split("\n")
TEXTS = [ROOT / name for name in LISTED if name and (ROOT / name).is_file() and not name.endswith((".png", ".pdf"))]
# Written in two pieces, so that this file does not name them either.
REGISTRIES = ["pypi." + "org", "python" + "hosted", "conda." + "anaconda", "npmjs." + "org", "download." + "pytorch"]


def test_no_package_registry_is_named():
    named = [path.name for path in TEXTS for host in REGISTRIES if host in path.read_text(errors="ignore")]
    assert named == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "workflow/notebooks").rglob("*.ipynb")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_notebook_holds_no_outputs(path):
    for cell in json.loads(path.read_text())["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def pins(lock: str) -> set[str]:
    """The `name==version` of each line of a lock, without the markers."""
    lines = (ROOT / f"envs/{lock}.lock.txt").read_text().splitlines()
    assert all(re.match(r"^[\w.-]+==[\w.]+( ; .*)?$", line) for line in lines), lock
    return {line.split(" ; ")[0] for line in lines}


@pytest.mark.parametrize(("cpu", "cuda"), [("cpu", "cuda"), ("compute-cpu", "compute-cuda")])
def test_locks_differ_in_what_a_gpu_needs_only(cpu, cuda):
    assert pins(cpu) < pins(cuda)
    assert all(re.match(r"(nvidia|cuda|triton)", pin) for pin in pins(cuda) - pins(cpu))


@pytest.mark.parametrize(
    ("image", "environment"), [("compute-cpu", "cpu"), ("compute-cuda", "cuda"), ("figures", "cpu")]
)
def test_images_hold_the_versions_of_the_virtual_environment(image, environment):
    assert pins(image) < pins(environment)


def test_the_image_for_figures_has_no_torch():
    assert not any(pin.startswith("torch") for pin in pins("figures"))


@pytest.mark.parametrize("name", ["LICENSE", "CITATION.cff", "CONTRIBUTING.md", "CHANGELOG.md", "README.md"])
def test_the_papers_of_the_house_are_there(name):
    assert (ROOT / name).stat().st_size > 200
