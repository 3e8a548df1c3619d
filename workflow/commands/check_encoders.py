"""Check that published encoders of the zoo load and encode as the libraries that publish them do. Downloads nothing."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.check_encoders import check_encoders, published_encoders
from vitatlas.project.load import load_zoo


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", metavar="MODEL", help="name in the zoo, such as swin_base; none: all")
    parser.add_argument("--zoo", type=Path, default=Path("config/models.yaml"))
    given = parser.parse_args()
    zoo = load_zoo(given.zoo)
    for found in check_encoders(zoo, given.models or published_encoders(zoo)):
        print(found, flush=True)


if __name__ == "__main__":
    main()
