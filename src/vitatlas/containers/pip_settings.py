"""The places where pip of this machine finds packages, handed to a build without a trace in the image.

The build runs pip inside the image, which knows nothing of this machine's settings: indexes, folders of wheels, a
proxy, certificates. They are written into a folder that is mounted for the time of the build; the definitions read
`site.sh` in it, where it exists.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

INSIDE = "/mnt"
"""The place where the folder is mounted. It must exist in every base."""

WANTED = {
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host"),
    *("proxy", "timeout", "default-timeout", "retries"),
}
CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def write_pip_settings(folder: Path, log: Path) -> list[str]:
    """Write pip's settings to `folder`; return the mounts that a build needs, `outside:inside` each.

    Args:
        folder: A folder to make. No other user can read it: the settings can hold passwords.
        log: Where complaints of pip go.
    """
    folder.mkdir(mode=0o700)
    binds = {folder.resolve(): INSIDE}
    settings = _settings(log)
    lines = ["[global]"]
    for name in sorted(WANTED & settings.keys()):
        values = [_inside(value, folder, binds) for value in settings[name].split()]
        lines.append(f"{name} = {' '.join(values)}")
    exports = {name: os.environ[name] for name in PROXIES if name in os.environ}
    exports |= {"PIP_CONFIG_FILE": f"{INSIDE}/pip.conf", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    bundle = settings.get("cert") or next(filter(None, map(os.environ.get, CERTIFICATES)), None)
    if bundle and Path(bundle).is_file():
        shutil.copy(bundle, folder / "certificates.pem")
        exports |= dict.fromkeys(CERTIFICATES, f"{INSIDE}/certificates.pem")
    (folder / "pip.conf").write_text("\n".join(lines) + "\n")
    (folder / "site.sh").write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in exports.items()))
    return [f"{outside}:{inside}" for outside, inside in binds.items()]


def _settings(log: Path) -> dict[str, str]:
    """Pip's settings by option, whatever file or variable they come from; variables win, as with pip."""
    with log.open("a") as complaints:
        listed = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            check=False,
        ).stdout
    found = re.findall(r"^(global|install|:env:)\.([\w-]+)=(.*)$", listed, re.MULTILINE)
    order = ["global", "install", ":env:"]
    return {name: ast.literal_eval(value) for _, name, value in sorted(found, key=lambda item: order.index(item[0]))}


def _inside(value: str, folder: Path, binds: dict[Path, str]) -> str:
    """`value` as it must read during the build: a path on this machine becomes its place below the mounted folder.

    The whole top-level folder is mounted, read-only, since the pages of an index link to files beside it.
    """
    path = Path(value.removeprefix("file://"))
    if not path.is_absolute() or not path.exists():
        return value
    path = path.resolve()
    top = Path(*path.parts[:2])
    place = f"host{top}"
    (folder / place).mkdir(parents=True, exist_ok=True)
    binds[top] = f"{INSIDE}/{place}:ro"
    return f"{'file://' if value.startswith('file://') else ''}{INSIDE}/host{path}"
