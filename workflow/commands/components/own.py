"""Say which components of your model carry which of your words, with heat-maps of your pictures."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.own.start import start, words_of_all
from vitatlas.components.own.command import Request, prepare


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, parents=[words_of_all()])
    parser.add_argument("--words", required=True, help="a text file with one word, or `name: phrase`, per line")
    parser.add_argument("--text-model", default="", help="the CLIP model that reads the words (default: the tier's)")
    needed = ("model", "data", "words")
    start(
        parser,
        needed,
        "make components MODEL=… DATA=… TEXTS=…",
        lambda given: prepare(Request(**given), Path.cwd()),
    )


if __name__ == "__main__":
    main()
