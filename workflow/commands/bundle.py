"""Export a finished figure or table as a folder, and a zip file, that can be drawn again elsewhere."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.bundle.make import make_bundle
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="names of figures and tables: relations_figure_03")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    given = parser.parse_args()
    if not given.targets:
        parser.error("name figures or tables: make bundle TARGET=relations_figure_03")
    for target in given.targets:
        folder = make_bundle(target, given.tier, Path.cwd())
        print(f"{folder.relative_to(Path.cwd())}/ and {folder.name}.zip")


if __name__ == "__main__":
    main()
