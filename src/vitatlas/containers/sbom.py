"""The bill of materials of an image: every Python and Debian package in it, in CycloneDX's form.

Source of the form: CycloneDX 1.6 (ECMA-424); of the package addresses: the package URL specification.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vitatlas.containers.host import Command
from vitatlas.containers.images import Record

SPECIFICATION = "1.6"


def inventory(command: Command, image: Path, program: Path) -> dict[str, Any]:
    """The inventory that `program` (`containers/inventory.py`) makes of the image."""
    with program.open("rb") as source:
        listed = subprocess.run(
            [command.path, "--quiet", "exec", "--cleanenv", "--no-home", str(image), "/opt/vitatlas/bin/python", "-"],
            stdin=source,
            stdout=subprocess.PIPE,
            cwd="/",
            check=True,
        )
    found: dict[str, Any] = json.loads(listed.stdout)
    return found


def bill_of_materials(record: Record, found: dict[str, Any]) -> dict[str, Any]:
    """The CycloneDX document of the image that `record` describes and in which `found` was found."""
    components = [
        _component("CPython", found["python"], f"pkg:generic/cpython@{found['python']}", "PSF-2.0", []),
        *(_python(package) for package in found["pip"]),
        *(_debian(package, found["debian"]) for package in found["deb"]),
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, record.sha256)}",
        "version": 1,
        "metadata": {
            "timestamp": record.built,
            "component": {
                "type": "container",
                "name": f"vit-atlas-{record.name}",
                "version": record.version,
                "hashes": [{"alg": "SHA-256", "content": record.sha256}],
            },
        },
        "components": components,
    }


def _python(package: dict[str, Any]) -> dict[str, Any]:
    name = package["name"].lower().replace("_", "-")
    url = f"pkg:pypi/{quote(name)}@{quote(package['version'], safe='')}"
    return _component(package["name"], package["version"], url, package["expression"], package["licenses"])


def _debian(package: dict[str, Any], release: str) -> dict[str, Any]:
    name, version = quote(package["name"], safe=""), quote(package["version"], safe="")
    url = f"pkg:deb/debian/{name}@{version}?arch={package['architecture']}&distro=debian-{release}"
    return _component(package["name"], package["version"], url, "", package["licenses"])


def _component(name: str, version: str, url: str, expression: str, licenses: list[str]) -> dict[str, Any]:
    named: list[dict[str, Any]] = [{"license": {"name": name}} for name in licenses]
    stated = [{"expression": expression}] if expression else named
    component: dict[str, Any] = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    return component | ({"licenses": stated} if stated else {})
