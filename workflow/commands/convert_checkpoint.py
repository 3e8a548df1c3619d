"""Convert a checkpoint with transformers' names, or an ONNX file of one, into weights that the zoo takes."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.amounts import positive
from vitatlas.errors import UserError
from vitatlas.models.convert.command import Request, convert


def parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("source", type=Path, metavar="CHECKPOINT", help=".safetensors, .onnx, or a state dict of torch")
    words.add_argument("output", type=Path, metavar="OUTPUT", help="the file to write, .safetensors")
    words.add_argument("--timm", required=True, metavar="NAME", help="timm's name of the architecture")
    words.add_argument(
        *("--arguments", "-a"), nargs="+", default=[], metavar="KEY=VALUE", help="of timm.create_model, as: depth=6"
    )
    words.add_argument(
        "--image", type=positive, metavar="PIXELS", help="side of the images (default: the checkpoint's)"
    )
    words.add_argument(
        "--leave-out", nargs="+", default=[], metavar="START", help="beginnings of keys that are no part of the network"
    )
    words.add_argument("--resample", action="store_true", help="resample position embeddings of another size")
    return words


@frame.command
def main(argv: Sequence[str] | None = None) -> None:
    given = parser().parse_args(argv)
    given.arguments = dict(_argument(text) for text in given.arguments)
    done = convert(Request(**vars(given)), say=lambda line: print(line, file=sys.stderr, flush=True))
    print(f"wrote {given.output}\nfor config/models.own.yaml (check the preprocessing):\n", file=sys.stderr)
    print(done.in_zoo(given.output.stem), end="")


def _argument(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"'{text}' is no KEY=VALUE", where="--arguments", remedy="write it as: depth=6")
    return key, yaml.safe_load(value)


if __name__ == "__main__":
    main()
