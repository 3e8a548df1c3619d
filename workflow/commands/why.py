"""Say why targets would be made again: which value, module, environment or file is the cause. Runs nothing."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.reruns.why import why
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="as Snakemake takes them: figure_02, a file, a paper; none for all")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--config", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="other settings")
    given = parser.parse_args()
    print(why(given.targets, given.tier, given.config, Path.cwd()))


if __name__ == "__main__":
    main()
