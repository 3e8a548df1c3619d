"""Show what units of your model respond to: pictures that are made for them, and the top ones among yours."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.amounts import positive
from vitatlas.commands.own.start import start, words_of_all
from vitatlas.features.own.command import Request, prepare


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, parents=[words_of_all()])
    parser.add_argument("--layers", type=positive, help="layers that are shown, evenly spaced")
    parser.add_argument("--units", type=positive, help="units of each")
    parser.add_argument("--steps", type=positive, help="steps per visualisation")
    needed = ("model", "data")
    start(parser, needed, "make features MODEL=… DATA=…", lambda given: prepare(Request(**given), Path.cwd()))


if __name__ == "__main__":
    main()
