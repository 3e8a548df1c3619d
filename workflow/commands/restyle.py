"""Draw the figures that a tier has made in another style, from their CSVs, without computing anything."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.artifacts.style import STYLES
from vitatlas.commands import frame
from vitatlas.commands.amounts import cores, count, length
from vitatlas.commands.restyle import FORMATS, Look, restyle
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.project.checkout import commit_of


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="relations_figure_03 …; none for all that were made")
    parser.add_argument("--style", required=True, help=", ".join(STYLES))
    parser.add_argument("--width", type=length, help="inches a figure takes at most; letters have 7 points or more")
    parser.add_argument(
        "--note", choices=("picture", "caption"), default="picture", help="where the tier's note stands"
    )
    parser.add_argument("--formats", nargs="*", default=FORMATS, help=f"of: {' '.join(FORMATS)}")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument(
        "--cores", type=cores, default="all", help="processes that draw at once (all: as this machine has cores)"
    )
    given = parser.parse_args()
    results, commit = Path("results") / given.tier, commit_of(Path.cwd())
    look = Look(given.style, given.width, given.note == "picture")
    written = restyle(results, look, given.formats or FORMATS, given.targets, count(given.cores), commit)
    print(f"{len(written)} files in the style '{given.style}', below {written[0].parents[1]}")


if __name__ == "__main__":
    main()
