"""What goes into a build from this machine's pip, and what is said of what came out."""

from __future__ import annotations

import configparser
import os
import subprocess
from pathlib import Path

import pytest

from vitatlas.containers.images import Record
from vitatlas.containers.pip_settings import CERTIFICATES, write_pip_settings
from vitatlas.containers.sbom import bill_of_materials

RECORD = Record("compute", "k", "cpu", "docker", "ab" * 32, 1, 1.0, "2026-01-01T00:00:00+00:00", "0.1", "c")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine where pip has no settings; returns the folder for what the build gets."""
    for name in [name for name in os.environ if name.startswith("PIP_") or name in CERTIFICATES]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return tmp_path / "settings"


def written(folder: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read(folder / "pip.conf")
    return dict(parser["global"])


def test_nothing_is_handed_over_where_pip_has_no_settings(settings: Path, tmp_path: Path) -> None:
    assert write_pip_settings(settings, tmp_path / "log") == [f"{settings}:/mnt"]
    assert written(settings) == {}


def test_indexes_and_folders_are_handed_over(settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels, simple = tmp_path / "wheels", tmp_path / "index/simple"
    wheels.mkdir()
    simple.mkdir(parents=True)
    file = tmp_path / "pip.conf"
    file.write_text(
        f"[global]\nextra-index-url = https://user:secret@example.invalid/simple\n file://{simple}\nretry = no\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    binds = write_pip_settings(settings, tmp_path / "log")
    top = f"/{tmp_path.resolve().parts[1]}"
    assert binds == [f"{settings}:/mnt", f"{top}:/mnt/host{top}:ro"]
    assert written(settings) == {
        "extra-index-url": f"https://user:secret@example.invalid/simple file:///mnt/host{simple.resolve()}",
        "find-links": f"/mnt/host{wheels.resolve()}",
    }
    assert (settings / f"host{top}").is_dir(), "a mount needs a place"


def test_certificates_are_handed_over(settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours.pem").write_text("certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ours.pem"))
    write_pip_settings(settings, tmp_path / "log")
    assert (settings / "certificates.pem").read_text() == "certificate"
    script = f". {settings}/site.sh; echo $PIP_CERT $PIP_CONFIG_FILE"
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert said == ["/mnt/certificates.pem", "/mnt/pip.conf"]


def test_bill_of_materials() -> None:
    found = {
        "python": "3.11.2",
        "debian": "12",
        "pip": [
            {"name": "Torch_Thing", "version": "2.0+cpu", "expression": "BSD-3-Clause", "licenses": []},
            {"name": "old", "version": "1", "expression": "", "licenses": ["MIT License", "BSD License"]},
            {"name": "silent", "version": "1", "expression": "", "licenses": []},
        ],
        "deb": [{"name": "libstdc++6", "version": "1:2-3", "architecture": "amd64", "expression": "", "licenses": []}],
    }
    bill = bill_of_materials(RECORD, found)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert [component["purl"] for component in bill["components"]] == [
        "pkg:generic/cpython@3.11.2",
        "pkg:pypi/torch-thing@2.0%2Bcpu",
        "pkg:pypi/old@1",
        "pkg:pypi/silent@1",
        "pkg:deb/debian/libstdc%2B%2B6@1%3A2-3?arch=amd64&distro=debian-12",
    ]
    assert [component.get("licenses") for component in bill["components"][1:4]] == [
        [{"expression": "BSD-3-Clause"}],
        [{"license": {"name": "MIT License"}}, {"license": {"name": "BSD License"}}],
        None,
    ]
    assert bill == bill_of_materials(RECORD, found), "the same image must give the same document"
