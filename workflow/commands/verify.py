"""Hold every file of a tier against the record inside it: what is stale, edited, foreign or missing. Runs nothing."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.verify.findings import verify
from vitatlas.commands.verify.show import as_text
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--config", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="as in the run")
    given = parser.parse_args()
    found = verify(Path.cwd(), given.tier, given.config)
    print(as_text(found))
    sys.exit(1 if found.findings else 0)


if __name__ == "__main__":
    main()
