"""Say what a file made by the workflow is, whether it is still up to date here, and which commands make it again."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands.identify.identity import identify
from vitatlas.commands.identify.published import published_weights
from vitatlas.commands.identify.show import as_text
from vitatlas.errors import UserError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="a figure, table, page or weights: .pdf, .png, .csv, .safetensors, …")
    given = parser.parse_args()
    try:
        print(published_weights(given.file, Path.cwd()) or as_text(identify(given.file, Path.cwd())))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
