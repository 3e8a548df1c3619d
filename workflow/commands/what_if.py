"""List what an edit of a file would make run again: rules, jobs, artifacts and time. Runs nothing."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.reruns.what_if import what_if
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="a file of the project")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    given = parser.parse_args()
    print(what_if(given.file, given.tier, Path.cwd()))


if __name__ == "__main__":
    main()
