"""The images themselves: what is in them, what is said of them, and what they take over of the host (nothing)."""

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vitatlas.containers.host import Command, mirror
from vitatlas.containers.images import IMAGES, record_of
from vitatlas.errors import UserError
from vitatlas.jobs.files import sha256

INSTALLED = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
LIMITS = {("compute", "cpu"): 1.0e9, ("compute", "cuda"): 4.0e9, ("figures", "cpu"): 0.35e9}
# pip is there to look with (`pip list`); the lock does not name it.
BESIDES = {"pip"}


@pytest.fixture(params=IMAGES)
def image(request: pytest.FixtureRequest, images: Path) -> Path:
    return images / f"{request.param}.sif"


@pytest.fixture
def run(container_command: Command, image: Path, tmp_path: Path):
    """Run a program in the image, in an empty folder; returns what it printed."""

    def inside(*words: str, how: tuple[str, ...] = ("exec",), **environment: str) -> str:
        command = [container_command.path, *how, str(image), *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    return inside


def lock_of(root: Path, image: Path) -> Path:
    return IMAGES[image.stem].lock_files(root, record_of(image).accelerator)[0]


def pins(lock: Path) -> dict[str, str]:
    """Versions by package that a lock asks for in an image: Linux, CPython 3.11."""
    platform = {"python_version": "3.11", "python_full_version": "3.11.2", "sys_platform": "linux"}
    lines = [Requirement(line) for line in lock.read_text().splitlines() if line.strip()]
    wanted = [line for line in lines if line.marker is None or line.marker.evaluate(platform)]
    return {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in wanted}


def test_the_image_passes_its_own_test(run):
    assert "packages at the lock's versions" in run(how=("test",))


def test_versions_are_those_of_the_lock(root: Path, image: Path, run):
    found = {canonicalize_name(name): version for name, version in json.loads(run("python", "-c", INSTALLED)).items()}
    wanted = pins(lock_of(root, image))
    assert {name: found[name].split("+")[0] for name in wanted} == wanted
    extra = set(found) - set(wanted) - BESIDES
    # Where no CPU build of torch can be had, its CUDA build brings what the CUDA lock names.
    assert extra <= set(pins(root / "envs/compute-cuda.lock.txt")) if image.stem == "compute" else not extra


def test_the_lock_inside_is_the_projects(root: Path, image: Path, run):
    assert run("cat", "/opt/vitatlas/lock.txt") == lock_of(root, image).read_text()


def test_labels_say_what_it_is(root: Path, image: Path, run):
    labels = json.loads(run(how=("inspect", "--json")))["data"]["attributes"]["labels"]
    record = record_of(image)
    accelerator = record.accelerator if IMAGES[image.stem].per_accelerator else "none"
    assert {name.removeprefix("vitatlas."): text for name, text in labels.items() if name.startswith("vitatlas.")} == {
        "image": image.stem,
        "accelerator": accelerator,
        "version": record.version,
        "commit": record.commit or "unknown",
        "lock": sha256(lock_of(root, image))[:16],
        "key": record.key,
    }
    assert "The code is not in here" in run(how=("run-help",))


def test_the_record_beside_it_is_true(image: Path):
    record = record_of(image)
    assert (record.bytes, record.sha256) == (image.stat().st_size, sha256(image))
    assert record.bytes <= LIMITS[image.stem, record.accelerator]


def test_running_it_runs_its_python(run):
    assert run("-c", "import sys; print(sys.executable)", how=("run",)) == "/opt/vitatlas/bin/python\n"


def test_figures_need_no_torch(images: Path, container_command: Command):
    code = "import importlib.util as u; print([m for m in ('torch', 'timm', 'triton') if u.find_spec(m)])"
    command = [container_command.path, "exec", str(images / "figures.sif"), "python", "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_projects_models_can_be_imported(root: Path, images: Path, container_command: Command):
    code = "from vitatlas.models import torchvision_ops; import timm, open_clip, torchvision; print('imported')"
    command = [container_command.path, "exec", str(images / "compute.sif"), "python", "-c", code]
    done = subprocess.run(command, cwd=root / "src", capture_output=True, text=True, check=False)
    assert done.stdout == "imported\n", done.stderr


def test_nothing_of_the_hosts_python_gets_in(run, tmp_path: Path):
    hostile = tmp_path / "hostile"
    (hostile / "lib/python3.11/site-packages").mkdir(parents=True)
    (hostile / "lib/python3.11/site-packages/tqdm.py").write_text("raise SystemExit('a module of the host')\n")
    (hostile / "start.py").write_text("raise SystemExit('a start file of the host')\n")
    packages = str(hostile / "lib/python3.11/site-packages")
    environment = {
        "PYTHONPATH": packages,
        "PYTHONHOME": str(hostile),
        "PYTHONUSERBASE": str(hostile),
        "PYTHONSTARTUP": str(hostile / "start.py"),
        "VIRTUAL_ENV": str(hostile),
        "BASH_ENV": str(hostile / "start.py"),
        "JUPYTER_PATH": packages,
    }
    code = "import os, sys, tqdm; print(tqdm.__file__, *sys.path, os.environ.get('JUPYTER_PATH'))"
    said = run("bash", "-c", f'python -c "{code}"', **environment)
    assert said.startswith("/opt/vitatlas/lib/python3.11/site-packages/tqdm/__init__.py")
    assert str(hostile) not in said


def addresses() -> list[str]:
    """Where pip and apt of this machine find packages."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    places = re.findall(r"(?:https?|file)://[^\s']+|/[^\s']+", listed.stdout)
    with contextlib.suppress(UserError):  # apt has none to leak
        places.append(mirror())
    return sorted(place for place in places if not place.startswith("/etc/"))


def test_nothing_says_where_packages_came_from(run, tmp_path: Path):
    (tmp_path / "addresses").write_text("".join(f"{place}\n" for place in addresses()))
    folders = "/opt/vitatlas /etc/apt /.singularity.d /var/lib /usr/local"
    found = run("sh", "-c", f"[ ! -s addresses ] || grep -rlIF -f addresses {folders} || true")
    assert found == ""
    settings = "/etc/pip.conf /etc/xdg/pip /etc/apt/sources.list /etc/apt/sources.list.d/*"
    assert run("sh", "-c", f"find {settings} 2> /dev/null || true") == ""


def test_the_bill_of_materials_is_complete(image: Path, run):
    bill = json.loads(image.with_suffix(".sbom.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": record_of(image).sha256}]
    listed = {(item["name"], item["version"]) for item in bill["components"]}
    assert set(json.loads(run("python", "-c", INSTALLED)).items()) <= listed
    packages = run("dpkg-query", "-W", "-f", "${Package}\t${Version}\n").splitlines()
    assert {tuple(line.split("\t")) for line in packages} <= listed
    urls = [item["purl"] for item in bill["components"]]
    assert len(urls) == len(set(urls)) and all(re.match(r"pkg:(pypi|deb/debian|generic)/\S+@\S+$", url) for url in urls)
    without = [item["purl"] for item in bill["components"] if "licenses" not in item]
    assert len(without) <= 0.1 * len(urls), without
