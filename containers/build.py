"""Build the container images that are missing or out of date. `make containers` runs this.

Usage: python containers/build.py [IMAGE ...] [--accelerator cpu|cuda] [--base docker|debootstrap] [--mirror ADDRESS]
An empty value counts as not given.
"""

import argparse
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vitatlas.commands import frame  # noqa: E402
from vitatlas.containers.build import Builder  # noqa: E402
from vitatlas.containers.images import IMAGES  # noqa: E402


@frame.command
def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="*", metavar="IMAGE", help=f"{' or '.join(IMAGES)} (default: all)")
    parser.add_argument("--accelerator", help="cpu or cuda")
    parser.add_argument("--base", help="docker or debootstrap")
    parser.add_argument("--mirror", help="Debian mirror for debootstrap")
    asked = parser.parse_args()
    # A terminated build must clean up like an interrupted one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    builder = Builder(ROOT, asked.accelerator or None, asked.base or None, asked.mirror or None, say)
    try:
        builder.make(asked.images or list(IMAGES))
    except KeyboardInterrupt:
        sys.exit("interrupted; images that were there before are unchanged")


def say(line: str) -> None:
    """Print one line of progress at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
