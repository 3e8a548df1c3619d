"""Print what is installed in the image that this runs in, as JSON: Python packages, Debian packages, Python itself.

Read from standard input by the image's Python; it needs nothing but the standard library.
"""

import importlib.metadata
import json
import platform
import re
import subprocess
from pathlib import Path

# Not licences, though packages state them as such.
EMPTY = {"", "UNKNOWN", "None"}


def main() -> None:
    """Print the inventory."""
    distribution = dict(re.findall(r'^(\w+)="?([^"\n]*)', Path("/etc/os-release").read_text(), re.MULTILINE))
    inventory = {
        "python": platform.python_version(),
        "debian": distribution["VERSION_ID"],
        "pip": sorted(map(python_package, importlib.metadata.distributions()), key=lambda item: item["name"].lower()),
        "deb": list(map(debian_package, installed())),
    }
    print(json.dumps(inventory))


def python_package(package: importlib.metadata.Distribution) -> dict[str, str]:
    """Name, version and stated licence: an SPDX expression, else classifiers, else the first line of a free text."""
    stated = package.metadata
    classifiers = [line.split(" :: ")[-1] for line in stated.get_all("Classifier", []) if line.startswith("License ::")]
    free = (stated.get("License") or "").strip().splitlines()[:1]
    names = [name for name in (classifiers or free) if name not in EMPTY]
    return {
        "name": stated["Name"],
        "version": package.version,
        "expression": stated.get("License-Expression") or "",
        "licenses": names,
    }


def installed() -> list[list[str]]:
    """Name, version and architecture of each Debian package."""
    form = "${Package}\t${Version}\t${Architecture}\n"
    listed = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in listed.splitlines()]


def debian_package(fields: list[str]) -> dict[str, str]:
    """Name, version, architecture, and the licences that the package's copyright file names in Debian's short form."""
    name, version, architecture = fields
    file = Path(f"/usr/share/doc/{name}/copyright")
    text = file.read_text(errors="replace") if file.is_file() else ""
    licenses = re.findall(r"^License: *(\S.*?) *$", text, re.MULTILINE)
    # Files in an older form only refer to texts that Debian has in one place.
    licenses = licenses or re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text)
    return {
        "name": name,
        "version": version,
        "architecture": architecture,
        "expression": "",
        "licenses": sorted(set(licenses)),
    }


if __name__ == "__main__":
    main()
