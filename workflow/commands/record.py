"""Enter what the finished jobs of a tier took into the benchmark records of this machine and day."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.plan.gather import record
from vitatlas.commands.plan.records import FOLDER
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.project.checkout import commit_of

ROOT = Path(__file__).resolve().parents[2]


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="whose jobs to enter; none for all")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--config", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="as in the run")
    parser.add_argument("--note", default="", help="how it was measured, where that matters")
    parser.add_argument("--folder", type=Path, default=ROOT / FOLDER, help="where the records are")
    given = parser.parse_args()
    checkout = Path.cwd()
    commit = commit_of(checkout)
    file, count = record(given.targets, given.tier, given.config, checkout, given.folder, commit, note=given.note)
    print(f"{count} jobs of the tier '{given.tier}' entered into {file.path}")


if __name__ == "__main__":
    main()
