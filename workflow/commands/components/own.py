"""Say which components of your model carry which of your words, with heat-maps of your pictures."""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

from vitatlas.components.own.command import Request, prepare
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.errors import UserError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="a model of the zoo, timm's name of weights, or a checkpoint")
    parser.add_argument("--architecture", default="", help="of a checkpoint: its name in timm")
    parser.add_argument("--name", default="", help="what a new model is called in config/models.own.yaml")
    parser.add_argument("--data", required=True, help="a folder with pictures, or a data set of the configuration")
    parser.add_argument("--words", required=True, help="a text file with one word, or `name: phrase`, per line")
    parser.add_argument("--text-model", default="", help="the CLIP model that reads the words (default: the tier's)")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--cores", default="all")
    given = vars(parser.parse_args())
    cores = given.pop("cores")
    for name in ("model", "data", "words"):
        if not given[name]:
            parser.error("name all three: make components MODEL=… DATA=… TEXTS=…")
    try:
        prepared = prepare(Request(**given), Path.cwd())
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    command = prepared.command(cores)
    print(f"configuration: {prepared.configuration}\nagain: snakemake {' '.join(command[3:])}", flush=True)
    if status := subprocess.run(command, check=False).returncode:
        sys.exit(status)
    print(f"page: {prepared.page}")


if __name__ == "__main__":
    main()
