"""Say what a file made by the workflow is, whether it is still up to date here, and which commands make it again."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.identify.identity import identify
from vitatlas.commands.identify.named import file_of
from vitatlas.commands.identify.published import published_weights
from vitatlas.commands.identify.show import as_text
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="a figure, table, page or weights; or an artifact's name: relations_figure_03")
    parser.add_argument("--tier", default=DEFAULT_TIER, help="whose artifact is meant, where one is named")
    given = parser.parse_args()
    file = file_of(given.file, given.tier, Path.cwd())
    print(published_weights(file, Path.cwd()) or as_text(identify(file, Path.cwd())))


if __name__ == "__main__":
    main()
